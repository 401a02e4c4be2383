// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/residual_buffer.h"

#include "common/bits.h"
#include "hw/tile/vector_kernels.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

namespace {

// Channels of the residual's map that meet output channels [first, first + channels).
struct Overlap {
    int first = 0;
    int channels = 0;
};

Overlap overlap(const MvmLayer& layer, int first, int channels) {
    if (!layer.residual) return {};
    const Residual& r = *layer.residual;
    const int from = std::clamp(first - r.channel_offset, 0, r.input.channels);
    const int to = std::clamp(first + channels - r.channel_offset, 0, r.input.channels);
    return {from, to - from};
}

}  // namespace

std::int64_t residual_bits(const MvmLayer& layer, const TilePlacement& tile, const Band& band) {
    if (!layer.residual) return 0;
    return std::int64_t{band.windows()} *
           overlap(layer, tile.first_channel, tile.channels).channels * layer.residual->bits;
}

int residual_accesses(const SramBufferParams& params, const MvmLayer& layer, int first_channel,
                      int channels) {
    if (!layer.residual) return 0;
    return ceil_div(overlap(layer, first_channel, channels).channels * layer.residual->bits,
                    params.port_bits);
}

ResidualBuffer::ResidualBuffer(const TileParams& params, const MvmLayer& layer,
                               const TilePlacement& tile, const Band& band)
    : params_(params.residual_buffer), residual_(layer.residual), band_(band) {
    if (!residual_) return;
    const Overlap own = overlap(layer, tile.first_channel, tile.channels);
    height_ = layer.output.height;
    width_ = layer.output.width;
    channels_ = own.channels;
    first_channel_ = own.first;
    first_output_ = own.first + residual_->channel_offset - tile.first_channel;
    accesses_ = residual_accesses(params_, layer, tile.first_channel, tile.channels);
    maps_ = params.dataflow == Dataflow::pipelined ? 2 : 1;
    map_.resize(static_cast<std::size_t>(height_ * width_ * channels_ * maps_));
    lines_ = LineBuffer(band.rows(), std::int64_t{width_} * channels_, band.rows());
}

int ResidualBuffer::kept_pixel(int y, int x) const {
    const int stride = residual_->stride;
    if (stride > 1) {
        if (y % stride != 0 || x % stride != 0) return -1;
        y /= stride;
        x /= stride;
    }
    return band_.computes(y) ? y * width_ + x : -1;
}

void ResidualBuffer::write(std::int64_t image, int first_pixel, int pixels, int first_channel,
                           int channels, const void* values) {
    const int from = std::max(first_channel, first_channel_);
    const int to = std::min(first_channel + channels, first_channel_ + channels_);
    if (from >= to) return;
    const auto* bytes = static_cast<const std::uint8_t*>(values);
    const auto kept_channels = static_cast<std::size_t>(to - from);
    int y = first_pixel / residual_->input.width;
    int x = first_pixel % residual_->input.width;
    for (int i = 0; i < pixels; ++i, ++x) {
        if (x == residual_->input.width) {
            x = 0;
            ++y;
        }
        const int pixel = kept_pixel(y, x);
        if (pixel < 0) continue;
        std::int16_t* kept =
            map_.data() + map_of(image) + pixel * channels_ + (from - first_channel_);
        const int at = i * channels + (from - first_channel);
        if (is_stream(residual_->bits))
            std::memcpy(kept, bytes + at * 2, kept_channels * 2);
        else
            std::copy_n(bytes + at, kept_channels, kept);
        lines_.arrive(row(image, pixel / width_), to - from);
        received_total_ += to - from;
        activity_.writes += ceil_div((to - from) * residual_->bits, params_.port_bits);
    }
}

void ResidualBuffer::add(std::int64_t image, int pixel, std::int64_t* values) {
    if (channels_ == 0) return;
    const std::int16_t* kept = map_.data() + map_of(image) + pixel * channels_;
    add_residual(kept, channels_, residual_->r, values + first_output_);
    activity_.reads += accesses_;
    additions_ += channels_;
}

std::int16_t ResidualBuffer::at(std::int64_t image, int pixel, int channel) const {
    const int c = channel - first_output_;
    if (c < 0 || c >= channels_) return 0;
    return map_[static_cast<std::size_t>(map_of(image) + pixel * channels_ + c)];
}

}  // namespace cimarron
