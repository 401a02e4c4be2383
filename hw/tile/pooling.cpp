// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/pooling.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

namespace {

// Last input row or column that output position `out` reads; padding needs no waiting.
int last_input(int out, int stride, int kernel, int pad, int size) {
    return std::clamp(out * stride + kernel - 1 - pad, 0, size - 1);
}

}  // namespace

PoolSchedule::PoolSchedule(const PoolLayer& layer)
    : completed_(static_cast<std::size_t>(layer.input.pixels())) {
    const Window& w = layer.window;
    for (int oy = 0; oy < layer.output.height; ++oy) {
        const int y = last_input(oy, w.stride_h, w.kernel_h, w.pad_top, layer.input.height);
        for (int ox = 0; ox < layer.output.width; ++ox) {
            const int x = last_input(ox, w.stride_w, w.kernel_w, w.pad_left, layer.input.width);
            completed_[static_cast<std::size_t>(y * layer.input.width + x)].push_back(
                oy * layer.output.width + ox);
        }
    }
}

Pooling::Pooling(const PoolLayer& layer, int channels)
    : layer_(layer),
      channels_(channels),
      schedule_(layer),
      map_(static_cast<std::size_t>(layer.input.pixels()) * channels) {}

void Pooling::push(int pixel, const std::uint8_t* codes) {
    std::memcpy(map_.data() + static_cast<std::size_t>(pixel) * channels_, codes,
                static_cast<std::size_t>(channels_));
}

void Pooling::pool(int out, std::uint8_t* codes, PostProcessingActivity& activity) const {
    const Window& w = layer_.window;
    const int top = out / layer_.output.width * w.stride_h - w.pad_top;
    const int left = out % layer_.output.width * w.stride_w - w.pad_left;
    const bool is_max = layer_.kind == PoolLayer::Kind::max;
    std::int64_t pixels = 0;
    for (int c = 0; c < channels_; ++c) {
        int best = 0;
        std::int64_t sum = 0;
        int inside = 0;
        for (int y = std::max(top, 0); y < std::min(top + w.kernel_h, layer_.input.height); ++y)
            for (int x = std::max(left, 0); x < std::min(left + w.kernel_w, layer_.input.width);
                 ++x) {
                const int code =
                    map_[static_cast<std::size_t>(y * layer_.input.width + x) * channels_ + c];
                best = std::max(best, code);
                sum += code;
                ++inside;
            }
        sum += layer_.pad_code * (w.kernel_h * w.kernel_w - inside);
        pixels += inside;
        codes[c] = is_max
                       ? static_cast<std::uint8_t>(best)
                       : static_cast<std::uint8_t>(layer_.requantizer()(layer_.a * sum + layer_.d));
    }
    (is_max ? activity.compares : activity.additions) += pixels;
}

}  // namespace cimarron
