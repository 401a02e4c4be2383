// SPDX-License-Identifier: Apache-2.0
#include "hw/rtl/golden_vectors.h"

#include "tests/support/random_hardware.h"
#include "tests/support/seed.h"
#include "tests/unit/cosim/trials.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

const std::array<const char*, 3> kSources = {"macro_control.sv", "shift_adder.sv",
                                             "macro_digital.sv"};

std::string read(const fs::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

fs::path scratch(const std::string& name) {
    const fs::path folder = fs::path(testing::TempDir()) /
                            ("cimarron_vectors_" + name + "_" + std::to_string(getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder;
}

VectorWork random_work(Rng& rng, int mvms) {
    VectorWork w;
    w.params = test::random_macro(rng);
    if (w.params.word_line_driver.drive_cycles + w.params.word_line_driver.settle_cycles == 0)
        w.params.word_line_driver.settle_cycles = 1;
    w.params.shift_adder.accumulator_bits = 31;
    w.weight_bits = rng.coin(0.5) ? 1 : rng.uniform_int(1, std::min(8, w.params.array.columns));
    w.input_bits = rng.uniform_int(1, 8);
    w.placement.rows = rng.uniform_int(1, w.params.array.rows);
    w.placement.channels = rng.uniform_int(1, w.params.array.columns / w.weight_bits);
    w.placement.columns = w.placement.channels * w.weight_bits;
    const auto code = [&](int bits) {
        return static_cast<std::uint8_t>(rng.uniform_int(0, (1 << bits) - 1));
    };
    for (int i = 0; i < w.placement.rows * w.placement.channels; ++i)
        w.weights.push_back(code(w.weight_bits));
    for (int i = 0; i < mvms; ++i) {
        VectorWork::Mvm mvm;
        for (int row = 0; row < w.placement.rows; ++row) mvm.codes.push_back(code(w.input_bits));
        mvm.take_after = rng.uniform_int(0, 3);
        mvm.pause = rng.uniform_int(0, 3);
        w.mvms.push_back(std::move(mvm));
    }
    return w;
}

// Exit code of the testbench of `vectors` on the RTL in `rtl`, in Icarus Verilog; its words in
// run.log. -1 when it does not compile.
int run_icarus(const fs::path& vectors, const fs::path& rtl) {
    std::string files;
    for (const char* source : kSources) files += (rtl / source).string() + ' ';
    const std::string go = "cd " + vectors.string() + " && ";
    if (std::system(
            (go + "iverilog -g2012 -o testbench.vvp " + files + "testbench.sv > compile.log 2>&1")
                .c_str()) != 0)
        return -1;
    return std::system((go + "timeout 60 vvp -n testbench.vvp > run.log 2>&1").c_str());
}

const fs::path kRtl = fs::path(CIMARRON_SOURCE_DIR) / "hw/rtl";

TEST(GoldenVectors, PassInIcarusForRandomMacros) {
    const std::uint64_t seed = test::test_seed(62);
    for (std::uint64_t trial = 0; trial < test::cosim_trials(); ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 10000 + trial);
        const fs::path folder = scratch("random");
        const VectorWork work = random_work(rng, 3);
        const VectorCounts counts = write_golden_vectors(folder, work);
        ASSERT_EQ(run_icarus(folder, kRtl), 0)
            << read(folder / "compile.log") << read(folder / "run.log");
        std::ostringstream pass;
        pass << "PASS " << counts.cycles << " cycles, 3 MVMs";
        ASSERT_NE(read(folder / "run.log").find(pass.str()), std::string::npos);
    }
}

// A small macro in which every part matters: several slices, row groups, positions, weight bits.
VectorWork busy_work(bool sample_and_hold) {
    Rng rng(11);
    VectorWork w;
    w.params.array.rows = 20;
    w.params.array.columns = 24;
    w.params.array.rows_active = 8;
    w.params.word_line_driver = {2, 2, 3};
    w.params.sample_and_hold = {sample_and_hold, 2};
    w.params.adc.columns_per_adc = 5;
    w.params.adc.conversion_cycles = 2;
    w.params.adc.bits = lossless_adc_bits(w.params);
    w.params.shift_adder = {24, 2};
    w.weight_bits = 3;
    w.input_bits = 5;
    w.placement = {0, 20, 0, 7, 21};
    for (int i = 0; i < 20 * 7; ++i)
        w.weights.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 7)));
    for (int i = 0; i < 3; ++i) {
        VectorWork::Mvm mvm;
        for (int row = 0; row < 20; ++row)
            mvm.codes.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 31)));
        mvm.pause = i == 0 ? 0 : 2;
        w.mvms.push_back(std::move(mvm));
    }
    return w;
}

struct Mutant {
    const char* file;
    const char* from;
    const char* to;
};

// Each a bug of one line that someone could write.
const Mutant kMutants[] = {
    {"macro_control.sv", "position + 1'b1 == mux_positions", "position == mux_positions"},
    {"macro_control.sv", "converter_free = !converting || conversions_end",
     "converter_free = !converting"},
    {"macro_control.sv", "last_evaluation = last_group && slice + 1'b1 == slices",
     "last_evaluation = slice + 1'b1 == slices"},
    {"macro_control.sv", "row_group <= last_group ? '0 : row_group + 1'b1",
     "row_group <= row_group + 1'b1"},
    {"macro_control.sv", "adding <= last_sampled && add_cycles != 0", "adding <= add_cycles != 0"},
    {"macro_control.sv", "request_ready = !busy || response", "request_ready = !busy"},
    {"shift_adder.sv", "next_slice_shift <= next_slice_shift + dac_bits",
     "next_slice_shift <= next_slice_shift + 4'd1"},
    {"shift_adder.sv", "old + (code << shift)", "old + code"},
    {"shift_adder.sv", "first ? '0 : sums", "sums"},
    {"shift_adder.sv", "4'd3: lane_phase = 4'(lane % 3)", "4'd3: lane_phase = 4'(lane % 2)"},
    {"shift_adder.sv", "if (start || (convert && last_position)) weight_bit <= '0",
     "if (start) weight_bit <= '0"},
    {"macro_digital.sv", ".next_slice(row_group + 1'b1 == row_groups)", ".next_slice(1'b1)"},
};

TEST(GoldenVectors, CatchEveryMutant) {
    const fs::path with = scratch("with_sample_and_hold");
    const fs::path without = scratch("without_sample_and_hold");
    write_golden_vectors(with, busy_work(true));
    write_golden_vectors(without, busy_work(false));
    ASSERT_EQ(run_icarus(with, kRtl), 0) << read(with / "run.log");
    ASSERT_EQ(run_icarus(without, kRtl), 0) << read(without / "run.log");
    for (const Mutant& mutant : kMutants) {
        SCOPED_TRACE(mutant.to);
        const fs::path rtl = scratch("mutant");
        for (const char* source : kSources) fs::copy_file(kRtl / source, rtl / source);
        std::string text = read(rtl / mutant.file);
        const auto at = text.find(mutant.from);
        ASSERT_NE(at, std::string::npos);
        std::ofstream(rtl / mutant.file)
            << text.replace(at, std::string(mutant.from).size(), mutant.to);
        const int first = run_icarus(with, rtl);
        const int second = run_icarus(without, rtl);
        ASSERT_NE(first, -1) << read(with / "compile.log");
        ASSERT_NE(second, -1) << read(without / "compile.log");
        EXPECT_TRUE(first != 0 || second != 0);
        const std::string log = first != 0 ? read(with / "run.log") : read(without / "run.log");
        EXPECT_NE(log.find("FAIL cycle"), std::string::npos) << log;
    }
}

}  // namespace
}  // namespace cimarron
