// SPDX-License-Identifier: Apache-2.0
#include "Vpost_processing.h"  // before SystemC, which it would use otherwise

#include "common/bits.h"
#include "common/error.h"
#include "hw/tile/post_rtl.h"

#include <fmt/format.h>
#include <systemc>

#include <algorithm>

namespace cimarron {

namespace {

// Of the verilated instance.
constexpr int kLanes = CIMARRON_RTL_LANES;
constexpr int kPipelineCycles = CIMARRON_RTL_PIPELINE_CYCLES;
constexpr int kSumBits = 32;
constexpr int kWindowBits = 24;
constexpr int kCoefficientBits = 32;
constexpr int kValueBits = 64;
constexpr int kCodeBits = 32;
constexpr int kUpBits = 6;

// A lane's field in a port as wide as all lanes: 32-bit words, lowest first.
template <class Port>
void put(Port& port, int lane, int width, std::uint64_t value) {
    for (int bit = lane * width, left = width; left > 0;) {
        const int count = std::min(left, 32 - bit % 32);
        const auto mask = static_cast<std::uint32_t>(((std::uint64_t{1} << count) - 1) << bit % 32);
        std::uint32_t& word = port[static_cast<std::size_t>(bit / 32)];
        word = (word & ~mask) | (static_cast<std::uint32_t>(value << bit % 32) & mask);
        value >>= count;
        bit += count;
        left -= count;
    }
}

template <class Port>
std::uint64_t get(const Port& port, int lane, int width) {
    std::uint64_t value = 0;
    for (int done = 0; done < width;) {
        const int bit = lane * width + done;
        const int count = std::min(width - done, 32 - bit % 32);
        const std::uint64_t part = port[static_cast<std::size_t>(bit / 32)] >> bit % 32;
        value |= (part & ((std::uint64_t{1} << count) - 1)) << done;
        done += count;
    }
    return value;
}

class PostRtl final : public PostLanes {
public:
    PostRtl(std::string name, int lanes, const Clock& clock);
    ~PostRtl() override { rtl_.final(); }

    void pass(const Layer& layer, std::vector<Channel>& channels, int residual_cycles) override;

private:
    void configure(const Layer& layer);
    void drive(const std::vector<Channel>& channels, int group);
    void take(const Layer& layer, std::vector<Channel>& channels, int group);
    void rise();
    void expect(const std::string& signal, std::int64_t expected, std::int64_t got) const;

    const std::string name_;
    const int lanes_;
    const Clock& clock_;
    VerilatedContext context_;
    Vpost_processing rtl_{&context_};
    std::int64_t passes_ = 0;
};

PostRtl::PostRtl(std::string name, int lanes, const Clock& clock)
    : name_(std::move(name)), lanes_(lanes), clock_(clock) {
    rtl_.rst_n = 0;
    rtl_.clk = 0;
    rtl_.eval();
    rise();
    rtl_.rst_n = 1;
    rtl_.in_first = 1;  // pooling takes its codes from the output buffer
}

void PostRtl::rise() {
    rtl_.clk = 1;
    rtl_.eval();
}

void PostRtl::configure(const Layer& layer) {
    rtl_.adc_lsb = static_cast<std::uint64_t>(layer.adc_lsb);
    rtl_.weight_bits = static_cast<std::uint8_t>(layer.weight_bits);
    rtl_.shift = static_cast<std::uint8_t>(layer.to.shift);
    rtl_.rounding = static_cast<std::uint8_t>(layer.to.rounding);
    rtl_.low = static_cast<std::uint32_t>(layer.to.range.low);
    rtl_.high = static_cast<std::uint32_t>(layer.to.range.high);
    rtl_.residual_up = static_cast<std::uint8_t>(layer.residual_up);
}

// Group g enters as soon as its residuals are there, one group a cycle at most, and is taken
// kPipelineCycles later.
void PostRtl::pass(const Layer& layer, std::vector<Channel>& channels, int residual_cycles) {
    ++passes_;
    configure(layer);
    const int groups = ceil_div(static_cast<int>(channels.size()), lanes_);
    const int entry = std::max(groups, residual_cycles);
    const auto due = [&](int group) { return ceil_div(entry * (group + 1), groups); };
    int entered = 0;
    int taken = 0;
    for (int edge = 1; edge <= entry + kPipelineCycles; ++edge) {
        const bool enters = entered < groups && edge == due(entered);
        if (enters) drive(channels, entered++);
        rtl_.in_valid = enters ? 1 : 0;
        rtl_.clk = 0;
        rtl_.eval();
        const bool leaves = edge == due(taken) + kPipelineCycles;
        expect("out_valid", leaves, rtl_.out_valid);
        if (leaves) take(layer, channels, taken++);
        rise();
    }
}

void PostRtl::drive(const std::vector<Channel>& channels, int group) {
    for (int lane = 0; lane < lanes_; ++lane) {
        const auto at = static_cast<std::size_t>(group * lanes_ + lane);
        if (at == channels.size()) return;
        const Channel& c = channels[at];
        expect("window_sum", c.window_sum, c.window_sum & ((1 << kWindowBits) - 1));
        expect("sum", c.sum, static_cast<std::int64_t>(static_cast<std::uint32_t>(c.sum)));
        put(rtl_.sum, lane, kSumBits, static_cast<std::uint64_t>(c.sum));
        put(rtl_.window_sum, lane, kWindowBits, static_cast<std::uint64_t>(c.window_sum));
        put(rtl_.a, lane, kCoefficientBits, static_cast<std::uint64_t>(c.affine.a));
        put(rtl_.c, lane, kCoefficientBits, static_cast<std::uint64_t>(c.affine.c));
        put(rtl_.d, lane, kValueBits, static_cast<std::uint64_t>(c.affine.d));
        put(rtl_.up, lane, kUpBits, c.affine.up);
        put(rtl_.r, lane, kCoefficientBits, static_cast<std::uint64_t>(c.r));
        put(rtl_.residual, lane, kCodeBits, static_cast<std::uint64_t>(c.residual));
    }
}

void PostRtl::take(const Layer& layer, std::vector<Channel>& channels, int group) {
    for (int lane = 0; lane < lanes_; ++lane) {
        const auto at = static_cast<std::size_t>(group * lanes_ + lane);
        if (at == channels.size()) return;
        Channel& c = channels[at];
        const auto value = static_cast<std::int64_t>(get(rtl_.value, lane, kValueBits));
        if (value != c.value) expect(fmt::format("value_{}", at), c.value, value);
        c.value = value;
        if (layer.logits) continue;
        const auto code = static_cast<std::int32_t>(get(rtl_.code, lane, kCodeBits));
        if (code != c.code) expect(fmt::format("code_{}", at), c.code, code);
        c.code = code;
    }
}

void PostRtl::expect(const std::string& signal, std::int64_t expected, std::int64_t got) const {
    if (expected == got) return;
    SC_REPORT_FATAL("cimarron/rtl", fmt::format("{}: cycle {}, pass {}: {}: expected {}, got {}",
                                                name_, clock_.now(), passes_, signal, expected, got)
                                        .c_str());
}

}  // namespace

std::unique_ptr<PostLanes> make_post_rtl(const std::string& name,
                                         const PostProcessingParams& params, const Clock& clock) {
    if (params.lanes > kLanes || params.pipeline_cycles != kPipelineCycles)
        throw UserError(fmt::format(
            "tile.post_processing.implementation: rtl was built with {} lanes, {} cycles deep; the "
            "tile has {}, {} deep (CMake: CIMARRON_RTL_LANES, CIMARRON_RTL_PIPELINE_CYCLES)",
            kLanes, kPipelineCycles, params.lanes, params.pipeline_cycles));
    return std::make_unique<PostRtl>(name, params.lanes, clock);
}

}  // namespace cimarron
