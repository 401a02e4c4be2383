// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/program/program.h"

#include <vector>

namespace cimarron {

// What the post layers of a stage do as the windows of a tile pass, from shapes alone: how many
// vectors they requantize for a window, and which outputs' vectors then leave.
class PostSchedule {
public:
    PostSchedule(const Stage& stage, const TilePlacement& tile);

    // Windows are numbered as the tile computes them (Band).
    int windows() const { return static_cast<int>(quantized_.size()); }
    int quantized(int window) const { return quantized_[static_cast<std::size_t>(window)]; }
    // Of all windows, in order of departure: indices into Stage::outputs. Those of one window are
    // [first_departure(window), first_departure(window + 1)).
    const std::vector<int>& departures() const { return departures_; }
    int first_departure(int window) const { return first_[static_cast<std::size_t>(window)]; }

private:
    std::vector<int> quantized_;
    std::vector<int> departures_;
    std::vector<int> first_;
};

// Who takes the vectors of post layer `source` (-1: the MVM layer), in the order in which they are
// served: outputs first.
struct PostReaders {
    std::vector<int> outputs;  // indices into Stage::outputs
    std::vector<int> post;     // indices into Stage::post
};
PostReaders post_readers(const Stage& stage, int source);

}  // namespace cimarron
