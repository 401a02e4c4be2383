// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"
#include "quant/integer_network.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cimarron {

// P and M of one layer, window by window: AND and popcount of packed bit planes for binary weights,
// multiplications for wider ones. Independent of anything in hw/. Keeps a copy of the weights.
class WindowDot {
public:
    explicit WindowDot(const MvmLayer& layer);

    // The window of output pixel (y, x); `in` are the layer's input codes.
    void compute(const Codes& in, int y, int x);

    std::int64_t p(std::size_t channel) const { return p_[channel]; }
    std::int64_t m(std::size_t channel) const { return m_[channel / channels_]; }

private:
    void gather(const Codes& in, int y, int x, std::size_t group);

    Shape input_;
    Window window_;
    std::size_t groups_ = 1;
    std::size_t channels_ = 1;  // output channels of a group
    int rows_ = 0;
    int input_bits_ = 8;
    std::uint8_t pad_code_ = 0;
    bool binary_ = true;
    std::size_t words_ = 0;              // of one packed column
    std::vector<Word> columns_;          // [o][words], binary weights
    std::vector<std::int16_t> weights_;  // [group][row][o of the group], W of wider ones

    Codes codes_;               // of one group's window, in row order
    std::vector<Word> planes_;  // its bit planes
    std::vector<std::int32_t> sums_;
    std::vector<std::int64_t> p_;  // per output channel
    std::vector<std::int64_t> m_;  // per group
};

}  // namespace cimarron
