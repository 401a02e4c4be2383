// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/input_buffer.h"

#include "common/bits.h"
#include "hw/tile/stage_timing.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

namespace {

// `channels` values of each pixel; strides from pixel to pixel.
void copy_pixels(const std::uint8_t* from, int from_stride, int pixels, int channels, int to_stride,
                 std::uint8_t* to) {
    if (from_stride == channels && to_stride == channels) {
        channels *= pixels;
        pixels = 1;
    }
    for (int i = 0; i < pixels; ++i, from += from_stride, to += to_stride)
        std::memcpy(to, from, static_cast<std::size_t>(channels));
}

}  // namespace

int input_rows(const TileParams& params, const MvmLayer& layer, int channels, const Band& band) {
    const int height = band.input_rows();
    if (params.dataflow == Dataflow::sequential) return height;
    const std::int64_t row_bits = std::int64_t{layer.input.width} * channels * layer.input_bits;
    const std::int64_t rows = std::int64_t{params.input_buffer.bytes} * 8 / row_bits;
    return static_cast<int>(std::min<std::int64_t>(rows, height));
}

InputBuffer::InputBuffer(const TileParams& params, const MvmLayer& layer, const GroupRange& groups,
                         const Band& band)
    : params_(params.input_buffer),
      layer_(layer),
      groups_(groups),
      group_channels_(layer.input.channels / layer.groups),
      band_(band),
      maps_(params.dataflow == Dataflow::pipelined ? 2 : 1),
      map_(static_cast<std::size_t>(layer.input.pixels()) * channels() * maps_),
      lines_(band.input_rows(), std::int64_t{layer.input.width} * channels(),
             input_rows(params, layer, channels(), band)) {
    for (int oy = 0; oy < layer.output.height; ++oy)
        rows_fetched_.push_back(cimarron::rows_fetched(layer, oy));
    for (int ox = 0; ox < layer.output.width; ++ox)
        row_fetch_.push_back(cimarron::row_fetch(params_, layer, channels(), ox));
}

void InputBuffer::write(std::int64_t image, const MapPart& part) {
    const int own_first = groups_.first * group_channels_;
    const int from = std::max(part.first_channel, own_first);
    const int to = std::min(part.first_channel + part.channels, own_first + channels());
    if (from >= to) return;
    const int kept = to - from;  // channels
    const auto* codes = static_cast<const std::uint8_t*>(part.values) + from - part.first_channel;
    std::uint8_t* map = map_.data() + map_of(image) + from - own_first;
    int stored = 0;  // pixels
    int count = 0;   // of one row
    for (int i = 0; i < part.pixels; i += count) {
        const int pixel = part.first_pixel + i;
        const int y = pixel / layer_.input.width;
        count = std::min((y + 1) * layer_.input.width - pixel, part.pixels - i);
        if (!band_.reads(y)) continue;
        lines_.arrive(row(image, y), std::int64_t{count} * kept);
        copy_pixels(codes + i * part.channels, part.channels, count, kept, channels(),
                    map + pixel * channels());
        stored += count;
    }
    received_total_ += std::int64_t{stored} * kept;
    activity_.writes +=
        part.vector_each
            ? std::int64_t{stored} * ceil_div(kept * layer_.input_bits, params_.port_bits)
            : ceil_div(stored * kept * layer_.input_bits, params_.port_bits);
}

bool InputBuffer::ready(std::int64_t image, int window) const {
    const Window& w = layer_.window;
    const int bottom = window / layer_.output.width * w.stride_h - w.pad_top + w.kernel_h - 1;
    return lines_.complete(row(image, std::clamp(bottom, 0, layer_.input.height - 1)));
}

void InputBuffer::release(std::int64_t image, int window, int count) {
    const Window& w = layer_.window;
    const int rows_done = (window + count) / layer_.output.width;
    if (rows_done == window / layer_.output.width) return;
    const int next = band_.next(rows_done - 1);
    const bool last = next == layer_.output.height;
    const int top = last ? layer_.input.height : next * w.stride_h - w.pad_top;
    lines_.free_below(row(image, std::clamp(top, 0, layer_.input.height)));
}

int InputBuffer::fetch(std::int64_t image, int window, std::uint8_t* vector) {
    const std::uint8_t* map = map_.data() + map_of(image);
    const int oy = window / layer_.output.width;
    const int ox = window % layer_.output.width;
    groups_.count == 1 ? gather(map, oy, ox, vector) : gather_grouped(map, oy, ox, vector);
    return count_fetch(oy, ox).cycles();
}

WindowFetch InputBuffer::count_fetch(int oy, int ox) {
    const int rows = rows_fetched_[static_cast<std::size_t>(oy)];
    const WindowFetch& row = row_fetch_[static_cast<std::size_t>(ox)];
    const WindowFetch all{rows * row.accesses, rows * row.new_codes};
    activity_.reads += all.accesses;
    new_codes_ += all.new_codes;
    return all;
}

void InputBuffer::count_fetches(int window, int count) {
    int oy = window / layer_.output.width;
    int ox = window % layer_.output.width;
    for (; count > 0; --count) {
        count_fetch(oy, ox);
        if (++ox < layer_.output.width) continue;
        ox = 0;
        ++oy;
    }
}

// One group: a kernel row is contiguous in the map.
void InputBuffer::gather(const std::uint8_t* map, int oy, int ox, std::uint8_t* vector) const {
    const Window& w = layer_.window;
    const Shape& in = layer_.input;
    const int left = ox * w.stride_w - w.pad_left;
    const int from = std::clamp(left, 0, in.width);
    const int to = std::clamp(left + w.kernel_w, 0, in.width);
    const int top = oy * w.stride_h - w.pad_top;
    const auto row_codes = static_cast<std::size_t>(w.kernel_w * group_channels_);
    if (to - from == w.kernel_w && top >= 0 && top + w.kernel_h <= in.height) {  // no padding
        const std::uint8_t* row = map + (top * in.width + left) * group_channels_;
        for (int ky = 0; ky < w.kernel_h; ++ky) {
            std::memcpy(vector, row, row_codes);
            vector += row_codes;
            row += in.width * group_channels_;
        }
        return;
    }
    for (int ky = 0; ky < w.kernel_h; ++ky, vector += row_codes) {
        const int y = top + ky;
        if (y < 0 || y >= in.height || to <= from) {
            std::memset(vector, layer_.pad_code, row_codes);
            continue;
        }
        const auto before = static_cast<std::size_t>((from - left) * group_channels_);
        const auto valid = static_cast<std::size_t>((to - from) * group_channels_);
        std::memcpy(vector + before, map + (y * in.width + from) * group_channels_, valid);
        std::memset(vector, layer_.pad_code, before);
        std::memset(vector + before + valid, layer_.pad_code, row_codes - before - valid);
    }
}

// Several groups: pixel by pixel, each group's channels to its own rows.
void InputBuffer::gather_grouped(const std::uint8_t* map, int oy, int ox,
                                 std::uint8_t* vector) const {
    const Window& w = layer_.window;
    const Shape& in = layer_.input;
    const auto rows = static_cast<std::size_t>(layer_.rows());
    const auto size = static_cast<std::size_t>(group_channels_);
    std::memset(vector, layer_.pad_code, rows * static_cast<std::size_t>(groups_.count));
    for (int ky = 0; ky < w.kernel_h; ++ky)
        for (int kx = 0; kx < w.kernel_w; ++kx, vector += size) {
            const int y = oy * w.stride_h - w.pad_top + ky;
            const int x = ox * w.stride_w - w.pad_left + kx;
            if (y < 0 || x < 0 || y >= in.height || x >= in.width) continue;
            const std::uint8_t* pixel = map + (y * in.width + x) * channels();
            std::uint8_t* row = vector;
            for (int g = 0; g < groups_.count; ++g, pixel += size, row += rows)
                for (std::size_t c = 0; c < size; ++c) row[c] = pixel[c];
        }
}

}  // namespace cimarron
