// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/program/program.h"
#include "hw/tile/band.h"
#include "hw/tile/line_buffer.h"
#include "hw/tile/map_part.h"
#include "hw/tile/stage_timing.h"

namespace cimarron {

// A tile's copy of its stage's input map, of the channels that its groups and the rows that its
// band read, read window by window. Moving along a row only the pixels new to the window are read:
// the input register shifts the others. Sequential, it holds the whole map; pipelined, the rows
// that fit (input_rows()).
class InputBuffer {
public:
    InputBuffer(const TileParams& params, const MvmLayer& layer, const GroupRange& groups,
                const Band& band);

    // Channels of other tiles' groups and rows of other tiles' bands are dropped.
    void write(std::int64_t image, const MapPart& part);
    bool has_room(std::int64_t image, int pixel) const {
        const int y = pixel / layer_.input.width;
        return !band_.reads(y) || row(image, y) < lines_.limit();
    }
    // A vector with that pixel is not wholly dropped.
    bool takes(int pixel, int first_channel, int channels) const {
        const int own = groups_.first * group_channels_;
        return band_.reads(pixel / layer_.input.width) && first_channel < own + this->channels() &&
               first_channel + channels > own;
    }
    int channels() const { return groups_.count * group_channels_; }
    // Values of an image.
    std::int64_t size() const {
        return std::int64_t{band_.input_rows()} * layer_.input.width * channels();
    }
    bool complete(std::int64_t image) const { return lines_.complete(lines_.row(image + 1, -1)); }
    // The rows of that window are there.
    bool ready(std::int64_t image, int window) const;
    // Frees the rows that no window after these needs: `count` from `window` on.
    void release(std::int64_t image, int window, int count = 1);
    bool empty() const { return lines_.empty(); }
    std::int64_t received_total() const { return received_total_; }

    // Gathers the window into vector[groups.count x layer.rows()] (order group, ky, kx, c; padding
    // is its pad_code) and returns the cycles of the reads: for each kernel row, ceil(new codes *
    // bits / port_bits); at least 1.
    int fetch(std::int64_t image, int window, std::uint8_t* vector);
    void count_fetches(int window, int count);  // what fetches count, of windows from this one on
    const std::uint8_t* map(std::int64_t image) const { return map_.data() + map_of(image); }

    std::int64_t new_codes() const { return new_codes_; }  // codes read by all fetches
    const SramBufferActivity& activity() const { return activity_; }

private:
    WindowFetch count_fetch(int oy, int ox);
    std::size_t map_of(std::int64_t image) const {
        return static_cast<std::size_t>(image % maps_) * (map_.size() / maps_);
    }
    std::int64_t row(std::int64_t image, int y) const {
        return lines_.row(image, band_.input_index(y));
    }
    void gather(const std::uint8_t* map, int oy, int ox, std::uint8_t* vector) const;
    void gather_grouped(const std::uint8_t* map, int oy, int ox, std::uint8_t* vector) const;

    const SramBufferParams params_;
    const MvmLayer& layer_;
    const GroupRange groups_;
    const int group_channels_;
    const Band band_;
    const unsigned maps_;  // images whose rows may be there at the same time
    Codes map_;            // rows that were freed stay in it until they are overwritten
    LineBuffer lines_;
    std::vector<int> rows_fetched_;       // of an output row
    std::vector<WindowFetch> row_fetch_;  // of an output column, each row
    std::int64_t received_total_ = 0;
    std::int64_t new_codes_ = 0;
    SramBufferActivity activity_;
};

// Rows of its input map that a tile's input buffer holds.
int input_rows(const TileParams& params, const MvmLayer& layer, int channels, const Band& band);

}  // namespace cimarron
