// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/program.h"
#include "hw/memory/sram_buffer.h"

#include <optional>

namespace cimarron {

// What a tile adds to its outputs before it requantizes them: of the residual's map only the pixels
// that its stride keeps and the channels that the tile computes. Without a residual it is empty and
// always complete.
class ResidualBuffer {
public:
    ResidualBuffer(const SramBufferParams& params, const MvmLayer& layer, int first_channel,
                   int channels);

    void clear() { received_ = 0; }
    // values: pixels x channels of the residual's map, a byte each for codes, two for a stream.
    void write(int first_pixel, int pixels, int first_channel, int channels, const void* values);
    bool complete() const { return received_ == size(); }
    std::int64_t size() const { return std::int64_t{pixels_} * channels_; }
    std::int64_t received_total() const { return received_total_; }

    // values[o] += r * R for each of the tile's channels at that output pixel.
    void add(int pixel, std::int64_t* values);

    // Of one add, in cycles of the port: ceil(channels * bits / port_bits).
    int accesses() const { return accesses_; }
    std::int64_t additions() const { return additions_; }  // channels added
    const SramBufferActivity& activity() const { return activity_; }

private:
    const SramBufferParams params_;
    const std::optional<Residual> residual_;
    int pixels_ = 0;    // of the output
    int width_ = 0;     // of the output
    int channels_ = 0;  // kept, and the first of them in the residual's map and in the tile
    int first_channel_ = 0;
    int first_output_ = 0;
    int accesses_ = 0;
    Stream map_;
    std::int64_t received_ = 0;
    std::int64_t received_total_ = 0;
    std::int64_t additions_ = 0;
    SramBufferActivity activity_;
};

// Bits that it holds for those channels of a layer.
std::int64_t residual_bits(const MvmLayer& layer, int first_channel, int channels);

// Port accesses of one window's residual.
int residual_accesses(const SramBufferParams& params, const MvmLayer& layer, int first_channel,
                      int channels);

}  // namespace cimarron
