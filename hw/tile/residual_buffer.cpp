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

Overlap overlap(const Stage& stage, int first, int channels) {
    if (stage.residual_terms() == nullptr) return {};
    const Residual& r = *stage.residual_terms();
    const int from = std::clamp(first - r.channel_offset, 0, r.input.channels);
    const int to = std::clamp(first + channels - r.channel_offset, 0, r.input.channels);
    return {from, to - from};
}

}  // namespace

std::int64_t residual_bits(const Stage& stage, const TilePlacement& tile, const Band& band) {
    const Residual* residual = stage.residual_terms();
    if (residual == nullptr) return 0;
    return std::int64_t{band.windows()} *
           overlap(stage, tile.first_channel, tile.channels).channels * residual->bits;
}

int residual_accesses(const SramBufferParams& params, const Stage& stage, int first_channel,
                      int channels) {
    const Residual* residual = stage.residual_terms();
    if (residual == nullptr) return 0;
    return ceil_div(overlap(stage, first_channel, channels).channels * residual->bits,
                    params.port_bits);
}

ResidualBuffer::ResidualBuffer(const TileParams& params, const Stage& stage,
                               const TilePlacement& tile, const Band& band)
    : params_(params.residual_buffer), band_(band) {
    if (stage.residual_terms() == nullptr) return;
    residual_ = *stage.residual_terms();
    const Overlap own = overlap(stage, tile.first_channel, tile.channels);
    height_ = stage.mvm.output.height;
    width_ = stage.mvm.output.width;
    channels_ = own.channels;
    first_channel_ = own.first;
    first_output_ = own.first + residual_->channel_offset - tile.first_channel;
    accesses_ = residual_accesses(params_, stage, tile.first_channel, tile.channels);
    maps_ = params.dataflow == Dataflow::pipelined ? 2 : 1;
    map_.resize(static_cast<std::size_t>(height_ * width_ * channels_ * maps_));
    lines_ = LineBuffer(band.rows(), std::int64_t{width_} * channels_, band.rows());
}

void ResidualBuffer::write(std::int64_t image, const MapPart& part) {
    const int from = std::max(part.first_channel, first_channel_);
    const int to = std::min(part.first_channel + part.channels, first_channel_ + channels_);
    if (from >= to) return;
    const int bytes = payload_bytes(residual_->bits);
    const auto* values = static_cast<const std::uint8_t*>(part.values) +
                         static_cast<std::ptrdiff_t>(from - part.first_channel) * bytes;
    std::int32_t* map = map_.data() + map_of(image) + (from - first_channel_);
    const int width = residual_->input.width;
    int count = 0;  // of one row
    for (int i = 0; i < part.pixels; i += count) {
        const int pixel = part.first_pixel + i;
        const int y = pixel / width;
        count = std::min((y + 1) * width - pixel, part.pixels - i);
        if (y % residual_->stride == 0 && band_.computes(y / residual_->stride))
            write_row(image, y / residual_->stride, pixel % width, count, to - from,
                      part.channels * bytes,
                      values + static_cast<std::ptrdiff_t>(i) * part.channels * bytes, map);
    }
}

// Of places x .. x + count - 1 of the residual's row those that the stride keeps.
void ResidualBuffer::write_row(std::int64_t image, int y, int x, int count, int channels,
                               int pixel_bytes, const std::uint8_t* values, std::int32_t* map) {
    const int stride = residual_->stride;
    int kept = 0;
    for (int i = (stride - x % stride) % stride; i < count; i += stride, ++kept) {
        const std::uint8_t* from = values + static_cast<std::ptrdiff_t>(i) * pixel_bytes;
        std::int32_t* to = map + (y * width_ + (x + i) / stride) * channels_;
        if (is_stream(residual_->bits))
            std::memcpy(to, from, static_cast<std::size_t>(channels) * sizeof *to);
        else
            std::copy_n(from, channels, to);
    }
    if (kept == 0) return;
    lines_.arrive(row(image, y), std::int64_t{kept} * channels);
    received_total_ += std::int64_t{kept} * channels;
    activity_.writes +=
        std::int64_t{kept} * ceil_div(channels * residual_->bits, params_.port_bits);
}

void ResidualBuffer::add(std::int64_t image, int pixel, int count, std::int64_t* values,
                         int stride) {
    if (channels_ == 0) return;
    const std::int32_t* kept = map_.data() + map_of(image) + pixel * channels_;
    const std::int64_t r = residual_->r * (std::int64_t{1} << residual_->up);
    if (channels_ == stride)
        add_residual(kept, count * channels_, r, values);
    else
        for (int i = 0; i < count; ++i)
            add_residual(kept + i * channels_, channels_, r, values + i * stride + first_output_);
    activity_.reads += std::int64_t{count} * accesses_;
    additions_ += std::int64_t{count} * channels_;
}

std::int32_t ResidualBuffer::at(std::int64_t image, int pixel, int channel) const {
    const int c = channel - first_output_;
    if (c < 0 || c >= channels_) return 0;
    return map_[static_cast<std::size_t>(map_of(image) + pixel * channels_ + c)];
}

}  // namespace cimarron
