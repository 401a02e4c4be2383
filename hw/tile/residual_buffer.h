// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/program/program.h"
#include "hw/tile/band.h"
#include "hw/tile/line_buffer.h"
#include "hw/tile/map_part.h"

#include <algorithm>
#include <optional>

namespace cimarron {

// What a tile adds to its outputs before it requantizes them (Stage::residual_terms()): of the
// residual's map only the pixels that its stride keeps and the channels and rows that the tile
// computes. Without a residual it is empty and always complete.
class ResidualBuffer {
public:
    ResidualBuffer(const TileParams& params, const Stage& stage, const TilePlacement& tile,
                   const Band& band);

    // Of the residual's map. Every pixel is an access of its own.
    void write(std::int64_t image, const MapPart& part);
    // It has room for a whole map: a row's place is free once the image before has used it.
    bool has_room(std::int64_t image, int pixel) const {
        if (channels_ == 0 || !band_.computes(kept_row(pixel))) return true;
        return row(image, kept_row(pixel)) < lines_.limit();
    }
    // A vector with that pixel is not wholly dropped.
    bool takes(int pixel, int first_channel, int channels) const {
        return first_channel < first_channel_ + channels_ &&
               first_channel + channels > first_channel_ &&
               pixel / residual_->input.width % residual_->stride == 0 &&
               pixel % residual_->input.width % residual_->stride == 0 &&
               band_.computes(kept_row(pixel));
    }
    bool complete(std::int64_t image) const {
        return channels_ == 0 || lines_.complete(lines_.row(image + 1, -1));
    }
    // The output row of that window is there.
    bool ready(std::int64_t image, int window) const {
        return channels_ == 0 || lines_.complete(row(image, window / width_));
    }
    // Frees the rows of which the last window is among `count` from this one on.
    void release(std::int64_t image, int window, int count) {
        if (channels_ > 0 && (window + count) / width_ > window / width_)
            lines_.free_below(row(image, (window + count) / width_));
    }
    bool empty() const { return lines_.empty(); }
    std::int64_t size() const { return std::int64_t{band_.windows()} * channels_; }  // values
    std::int64_t received_total() const { return received_total_; }

    // values[o] += r * R for each of the tile's channels at `count` output pixels from `pixel` on,
    // values `stride` apart.
    void add(std::int64_t image, int pixel, int count, std::int64_t* values, int stride);

    // R of one channel, 0 where there is none.
    std::int32_t at(std::int64_t image, int pixel, int channel) const;

    // Of one add, in cycles of the port: ceil(channels * bits / port_bits).
    int accesses() const { return accesses_; }
    std::int64_t additions() const { return additions_; }  // channels added
    const SramBufferActivity& activity() const { return activity_; }

private:
    void write_row(std::int64_t image, int y, int x, int count, int channels, int pixel_bytes,
                   const std::uint8_t* values, std::int32_t* map);
    int kept_row(int pixel) const {
        return std::min(pixel / residual_->input.width / residual_->stride, height_ - 1);
    }
    std::int64_t row(std::int64_t image, int y) const { return lines_.row(image, band_.index(y)); }
    std::int64_t map_of(std::int64_t image) const {
        return image % maps_ * (std::int64_t{height_} * width_ * channels_);
    }
    const SramBufferParams params_;
    std::optional<Residual> residual_;
    const Band band_;
    int height_ = 0;    // of the output
    int width_ = 0;     // of the output
    int channels_ = 0;  // kept, and the first of them in the residual's map and in the tile
    int first_channel_ = 0;
    int first_output_ = 0;
    int accesses_ = 0;
    int maps_ = 1;
    Stream map_;
    LineBuffer lines_;  // of the output's rows in the band
    std::int64_t received_total_ = 0;
    std::int64_t additions_ = 0;
    SramBufferActivity activity_;
};

// Bits that a tile holds of a stage's residual.
std::int64_t residual_bits(const Stage& stage, const TilePlacement& tile, const Band& band);

// Port accesses of one window's residual.
int residual_accesses(const SramBufferParams& params, const Stage& stage, int first_channel,
                      int channels);

}  // namespace cimarron
