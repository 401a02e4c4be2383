// SPDX-License-Identifier: Apache-2.0
#include "common/rng.h"
#include "hw/periphery/adc_bank.h"
#include "quant/integer_network.h"
#include "tests/support/seed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace cimarron {
namespace {

namespace fs = std::filesystem;
constexpr int kLanes = 3;
constexpr int kLines = 2000;

struct Shared {
    std::int64_t lsb;
    int weight_bits;
    Requantizer to;
    int residual_up;
};

Shared random_layer(Rng& rng) {
    Shared s{};
    constexpr int kOne = 1 << AdcBank::kLsbFractionBits;
    s.lsb = rng.coin(0.5) ? kOne : rng.uniform_int(kOne, 40 * kOne);
    s.weight_bits = rng.uniform_int(1, 8);
    s.to = {rng.uniform_int(1, 40), static_cast<Rounding>(rng.uniform_int(0, 2)),
            whole_range(rng.uniform_int(1, 32))};  // above 8: a residual stream
    if (rng.coin(0.3)) s.to.range.low = s.to.range.high / 3;
    s.residual_up = rng.coin(0.7) ? 0 : rng.uniform_int(1, 8);
    return s;
}

// One lane's inputs and what the model makes of them (TileDatapath::post_process).
std::string lane_line(Rng& rng, const Shared& s, std::uint8_t& pooled, bool first) {
    const int width = rng.uniform_int(1, 30);
    const std::int64_t window_sum = rng.uniform_int(0, 1 << 20);
    const std::int64_t residual = rng.uniform_int(-(1 << 22), 1 << 22);
    const int r_top = (1 << rng.uniform_int(1, 30)) - 1;
    const std::int64_t r = rng.coin(0.5) ? 0 : rng.uniform_int(-r_top, r_top);
    const std::int64_t sum = rng.uniform_int(0, (1 << rng.uniform_int(1, 24)) - 1);
    const int top = static_cast<int>((std::int64_t{1} << width) - 1);
    const ChannelAffine k(rng.uniform_int(-top, top), rng.uniform_int(-top, top),
                          std::int64_t{rng.uniform_int(-top, top)} * rng.uniform_int(0, 1 << 16),
                          rng.coin(0.8) ? 0 : rng.uniform_int(1, 4));
    constexpr int kFraction = AdcBank::kLsbFractionBits;
    const std::int64_t n = (sum * s.lsb + (1 << (kFraction - 1))) >> kFraction;
    const std::int64_t offset = (std::int64_t{1} << s.weight_bits) - 1;
    const std::int64_t v = affine_value(k, 2 * n - offset * window_sum, window_sum) +
                           r * residual * (1 << s.residual_up);
    const std::int32_t code = s.to(v);
    const auto low = static_cast<std::uint8_t>(code);
    pooled = first ? low : std::max(pooled, low);
    const auto hex = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
    return fmt::format("{:02x}{:08x}{:06x}{:08x}{:08x}{:08x}{:016x}{:08x}{:016x}{:08x}{:02x}",
                       std::uint64_t{k.up}, hex(r), window_sum, sum, hex(k.a), hex(k.c),
                       static_cast<std::uint64_t>(std::int64_t{k.d}), hex(residual),
                       static_cast<std::uint64_t>(v), hex(code), pooled);
}

std::string random_lines(Rng& rng) {
    std::string text;
    std::array<std::uint8_t, kLanes> pooled{};
    for (int i = 0; i < kLines; ++i) {
        const Shared s = random_layer(rng);
        const bool first = i == 0 || rng.coin(0.3);
        text += fmt::format("{:02x}{:010x}{:02x}{:02x}{:02x}{:02x}{:08x}{:08x}", first ? 1 : 0,
                            s.lsb, s.weight_bits, s.to.shift, static_cast<int>(s.to.rounding),
                            s.residual_up, static_cast<std::uint32_t>(s.to.range.low),
                            static_cast<std::uint32_t>(s.to.range.high));
        std::string lanes;
        for (int lane = 0; lane < kLanes; ++lane)
            lanes.insert(0, lane_line(rng, s, pooled[static_cast<std::size_t>(lane)], first));
        text += lanes + '\n';
    }
    return text;
}

int run_icarus(const fs::path& folder, int pipeline_cycles, const std::string& rtl) {
    const std::string command = fmt::format(
        "cd {0} && iverilog -g2012 -Ptestbench.PIPELINE_CYCLES={1} -Ptestbench.LINES={2} -o t.vvp "
        "-s testbench {3}/post_processing.sv {3}/affine_lane.sv {3}/max_pool.sv "
        "{4}/tests/unit/cosim/post_processing_tb.sv >log 2>&1 && vvp -n t.vvp >log 2>&1",
        folder.string(), pipeline_cycles, kLines, rtl, CIMARRON_SOURCE_DIR);
    return std::system(command.c_str());
}

std::string log_of(const fs::path& folder) {
    std::ostringstream text;
    text << std::ifstream(folder / "log").rdbuf();
    return text.str();
}

TEST(PostProcessingRtl, EqualsTheModelOnRandomChannels) {
    Rng rng(test::test_seed(63));
    const fs::path folder = fs::path(testing::TempDir()) / fmt::format("cimarron_pp_{}", getpid());
    fs::create_directories(folder);
    for (const int pipeline_cycles : {3, 4, 7}) {
        std::ofstream(folder / "post_processing.hex") << random_lines(rng);
        EXPECT_EQ(run_icarus(folder, pipeline_cycles, CIMARRON_SOURCE_DIR "/hw/rtl"), 0)
            << log_of(folder);
        EXPECT_NE(log_of(folder).find("PASS 2000 lines"), std::string::npos) << log_of(folder);
    }
    fs::remove_all(folder);
}

struct Mutant {
    const char* file;
    const char* from;
    const char* to;
};

const Mutant kMutants[] = {
    {"affine_lane.sv", "ONE << (shift_2 - 6'd1)", "ONE"},
    {"affine_lane.sv", ">>> shift_2", ">> shift_2"},
    {"affine_lane.sv", "SCALED_BITS'(1 << 15)", "SCALED_BITS'(0)"},
    {"affine_lane.sv", "(m_wide << weight_bits) + m_wide", "(m_wide << weight_bits)"},
    {"affine_lane.sv", "? low_2", "? '0"},
    {"affine_lane.sv", "? high_2", "? 32'd255"},
    {"affine_lane.sv", "VALUE_BITS'(r_1)", "VALUE_BITS'($unsigned(r_1))"},
    {"affine_lane.sv", "wire odd = v[shift_2]", "wire odd = 1'b1"},
    {"affine_lane.sv", "2'd1: rounded_up = half", "2'd1: rounded_up = '0"},
    {"affine_lane.sv", "default: rounded_up = '0", "default: rounded_up = half"},
    {"affine_lane.sv", "(ap_2 + cm_2) <<< up_2", "ap_2 + cm_2"},
    {"affine_lane.sv", "r_product <<< residual_up_1", "r_product"},
    {"affine_lane.sv", "shift_2 <= shift_1", "shift_2 <= shift"},
    {"max_pool.sv", "first || code > pooled", "code > pooled"},
};

TEST(PostProcessingRtl, EveryMutantIsCaught) {
    Rng rng(9);
    const fs::path folder = fs::path(testing::TempDir()) / fmt::format("cimarron_pm_{}", getpid());
    for (const Mutant& mutant : kMutants) {
        SCOPED_TRACE(mutant.to);
        fs::remove_all(folder);
        fs::create_directories(folder);
        for (const char* file : {"post_processing.sv", "affine_lane.sv", "max_pool.sv"})
            fs::copy_file(fs::path(CIMARRON_SOURCE_DIR) / "hw/rtl" / file, folder / file);
        std::ostringstream source;
        source << std::ifstream(folder / mutant.file).rdbuf();
        std::string text = source.str();
        const auto at = text.find(mutant.from);
        ASSERT_NE(at, std::string::npos);
        std::ofstream(folder / mutant.file)
            << text.replace(at, std::string(mutant.from).size(), mutant.to);
        std::ofstream(folder / "post_processing.hex") << random_lines(rng);
        EXPECT_NE(run_icarus(folder, 3, folder.string()), 0);
        EXPECT_NE(log_of(folder).find("FAIL line"), std::string::npos) << log_of(folder);
    }
    fs::remove_all(folder);
}

}  // namespace
}  // namespace cimarron
