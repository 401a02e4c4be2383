// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/input_buffer.h"

#include "common/bits.h"
#include "hw/tile/stage_timing.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

InputBuffer::InputBuffer(const SramBufferParams& params, const MvmLayer& layer)
    : params_(params), layer_(layer), map_(static_cast<std::size_t>(layer.input.size())) {}

void InputBuffer::clear() {
    received_ = 0;
}

void InputBuffer::write(int first_pixel, int pixels, int first_channel, int channels,
                        const std::uint8_t* codes) {
    const int stride = layer_.input.channels;
    for (int i = 0; i < pixels; ++i)
        std::memcpy(map_.data() + (first_pixel + i) * stride + first_channel, codes + i * channels,
                    static_cast<std::size_t>(channels));
    received_ += pixels * channels;
    received_total_ += pixels * channels;
    activity_.writes += ceil_div(pixels * channels * layer_.input_bits, params_.port_bits);
}

int InputBuffer::fetch(int window, std::uint8_t* vector) {
    const Window& w = layer_.window;
    const Shape& in = layer_.input;
    const int oy = window / layer_.output.width;
    const int ox = window % layer_.output.width;
    const int left = ox * w.stride_w - w.pad_left;
    const int from = std::clamp(left, 0, in.width);
    const int to = std::clamp(left + w.kernel_w, 0, in.width);
    const auto row_codes = static_cast<std::size_t>(w.kernel_w * in.channels);
    for (int ky = 0; ky < w.kernel_h; ++ky, vector += row_codes) {
        const int y = oy * w.stride_h - w.pad_top + ky;
        if (y < 0 || y >= in.height || to <= from) {
            std::memset(vector, 0, row_codes);
            continue;
        }
        const auto before = static_cast<std::size_t>((from - left) * in.channels);
        const auto valid = static_cast<std::size_t>((to - from) * in.channels);
        std::memset(vector, 0, before);
        std::memcpy(vector + before, map_.data() + (y * in.width + from) * in.channels, valid);
        std::memset(vector + before + valid, 0, row_codes - before - valid);
    }
    const WindowFetch cost = window_fetch(params_, layer_, oy, ox);
    activity_.reads += cost.accesses;
    new_codes_ += cost.new_codes;
    return cost.cycles();
}

}  // namespace cimarron
