// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cimarron {

// Size of one activation tensor. Stored row by row, pixel by pixel, channels innermost (HWC), so
// that one pixel's channels are one vector and a kernel row is contiguous.
struct Shape {
    int channels = 1;
    int height = 1;
    int width = 1;

    int pixels() const { return height * width; }
    int size() const { return channels * pixels(); }
    friend bool operator==(const Shape& a, const Shape& b) {
        return a.channels == b.channels && a.height == b.height && a.width == b.width;
    }
    friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }
};

// A sliding window: a convolution's or a pooling's geometry. Padding holds zeros.
struct Window {
    int kernel_h = 1;
    int kernel_w = 1;
    int stride_h = 1;
    int stride_w = 1;
    int pad_top = 0;
    int pad_left = 0;
    int pad_bottom = 0;
    int pad_right = 0;

    // Output size; channels are the caller's.
    int out_height(int height) const {
        return (height + pad_top + pad_bottom - kernel_h) / stride_h + 1;
    }
    int out_width(int width) const {
        return (width + pad_left + pad_right - kernel_w) / stride_w + 1;
    }
};

// Visits the part of output pixel (y, x)'s window that lies inside the input: f(offset of a pixel).
template <class F>
void for_each_window_pixel(const Shape& in, const Window& w, int y, int x, F f) {
    const int top = y * w.stride_h - w.pad_top;
    const int left = x * w.stride_w - w.pad_left;
    for (int iy = std::max(top, 0); iy < std::min(top + w.kernel_h, in.height); ++iy)
        for (int ix = std::max(left, 0); ix < std::min(left + w.kernel_w, in.width); ++ix)
            f(static_cast<std::size_t>(iy * in.width + ix) * static_cast<std::size_t>(in.channels));
}

// Values of one activation tensor, HWC. A tensor of 1..8 bits holds unsigned codes (its quantizer
// contains the ReLU), one of 9..32 bits is a residual stream of signed values.
using Codes = std::vector<std::uint8_t>;
using Stream = std::vector<std::int32_t>;
constexpr bool is_stream(int bits) {
    return bits > 8;
}

}  // namespace cimarron
