// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/program.h"
#include "hw/memory/sram_buffer.h"

namespace cimarron {

// A tile's copy of its stage's input map, of the channels that its groups read, read window by
// window. Moving along a row only the pixels new to the window are read: the input register shifts
// the others.
class InputBuffer {
public:
    InputBuffer(const SramBufferParams& params, const MvmLayer& layer, const GroupRange& groups);

    void clear();
    // codes: pixels x channels, pixel after pixel in raster order; channels of other tiles' groups
    // are dropped.
    void write(int first_pixel, int pixels, int first_channel, int channels,
               const std::uint8_t* codes);
    int channels() const { return groups_.count * group_channels_; }
    std::int64_t size() const { return std::int64_t{layer_.input.pixels()} * channels(); }
    bool complete() const { return received_ == static_cast<int>(map_.size()); }
    bool partly_filled() const { return received_ > 0 && !complete(); }
    std::int64_t received_total() const { return received_total_; }

    // Gathers the window into vector[groups.count x layer.rows()] (order group, ky, kx, c; padding
    // is 0) and returns the cycles of the reads: for each kernel row, ceil(new codes * bits /
    // port_bits); at least 1.
    int fetch(int window, std::uint8_t* vector);

    std::int64_t new_codes() const { return new_codes_; }  // codes read by all fetches
    const SramBufferActivity& activity() const { return activity_; }

private:
    void gather(int oy, int ox, std::uint8_t* vector) const;
    void gather_grouped(int oy, int ox, std::uint8_t* vector) const;

    const SramBufferParams params_;
    const MvmLayer& layer_;
    const GroupRange groups_;
    const int group_channels_;
    Codes map_;
    int received_ = 0;
    std::int64_t received_total_ = 0;
    std::int64_t new_codes_ = 0;
    SramBufferActivity activity_;
};

}  // namespace cimarron
