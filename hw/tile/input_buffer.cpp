// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/input_buffer.h"

#include "common/bits.h"
#include "hw/tile/stage_timing.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

InputBuffer::InputBuffer(const SramBufferParams& params, const MvmLayer& layer,
                         const GroupRange& groups)
    : params_(params),
      layer_(layer),
      groups_(groups),
      group_channels_(layer.input.channels / layer.groups),
      map_(static_cast<std::size_t>(size())) {}

void InputBuffer::clear() {
    received_ = 0;
}

void InputBuffer::write(int first_pixel, int pixels, int first_channel, int channels,
                        const std::uint8_t* codes) {
    const int own_first = groups_.first * group_channels_;
    const int from = std::max(first_channel, own_first);
    const int to = std::min(first_channel + channels, own_first + this->channels());
    if (from >= to) return;
    const int stride = this->channels();
    for (int i = 0; i < pixels; ++i)
        std::memcpy(map_.data() + (first_pixel + i) * stride + (from - own_first),
                    codes + i * channels + (from - first_channel),
                    static_cast<std::size_t>(to - from));
    const int stored = pixels * (to - from);
    received_ += stored;
    received_total_ += stored;
    activity_.writes += ceil_div(stored * layer_.input_bits, params_.port_bits);
}

int InputBuffer::fetch(int window, std::uint8_t* vector) {
    const int oy = window / layer_.output.width;
    const int ox = window % layer_.output.width;
    groups_.count == 1 ? gather(oy, ox, vector) : gather_grouped(oy, ox, vector);
    const WindowFetch cost = window_fetch(params_, layer_, channels(), oy, ox);
    activity_.reads += cost.accesses;
    new_codes_ += cost.new_codes;
    return cost.cycles();
}

// One group: a kernel row is contiguous in the map.
void InputBuffer::gather(int oy, int ox, std::uint8_t* vector) const {
    const Window& w = layer_.window;
    const Shape& in = layer_.input;
    const int left = ox * w.stride_w - w.pad_left;
    const int from = std::clamp(left, 0, in.width);
    const int to = std::clamp(left + w.kernel_w, 0, in.width);
    const auto row_codes = static_cast<std::size_t>(w.kernel_w * group_channels_);
    for (int ky = 0; ky < w.kernel_h; ++ky, vector += row_codes) {
        const int y = oy * w.stride_h - w.pad_top + ky;
        if (y < 0 || y >= in.height || to <= from) {
            std::memset(vector, 0, row_codes);
            continue;
        }
        const auto before = static_cast<std::size_t>((from - left) * group_channels_);
        const auto valid = static_cast<std::size_t>((to - from) * group_channels_);
        std::memset(vector, 0, before);
        std::memcpy(vector + before, map_.data() + (y * in.width + from) * group_channels_, valid);
        std::memset(vector + before + valid, 0, row_codes - before - valid);
    }
}

// Several groups: pixel by pixel, each group's channels to its own rows.
void InputBuffer::gather_grouped(int oy, int ox, std::uint8_t* vector) const {
    const Window& w = layer_.window;
    const Shape& in = layer_.input;
    const auto rows = static_cast<std::size_t>(layer_.rows());
    const auto size = static_cast<std::size_t>(group_channels_);
    std::memset(vector, 0, rows * static_cast<std::size_t>(groups_.count));
    for (int ky = 0; ky < w.kernel_h; ++ky)
        for (int kx = 0; kx < w.kernel_w; ++kx, vector += size) {
            const int y = oy * w.stride_h - w.pad_top + ky;
            const int x = ox * w.stride_w - w.pad_left + kx;
            if (y < 0 || x < 0 || y >= in.height || x >= in.width) continue;
            const std::uint8_t* pixel = map_.data() + (y * in.width + x) * channels();
            std::uint8_t* row = vector;
            for (int g = 0; g < groups_.count; ++g, pixel += size, row += rows)
                for (std::size_t c = 0; c < size; ++c) row[c] = pixel[c];
        }
}

}  // namespace cimarron
