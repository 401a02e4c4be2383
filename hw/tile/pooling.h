// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "quant/integer_network.h"

#include <vector>

namespace cimarron {

// Which pooled pixels are complete once a given input pixel (in raster order) has arrived.
class PoolSchedule {
public:
    explicit PoolSchedule(const PoolLayer& layer);
    const std::vector<int>& completed_by(int pixel) const {
        return completed_[static_cast<std::size_t>(pixel)];
    }

private:
    std::vector<std::vector<int>> completed_;  // [input pixel] -> output pixels
};

// Streaming pooling of a tile's channels: takes vectors in raster order and holds what a later
// window needs.
class Pooling {
public:
    Pooling(const PoolLayer& layer, int channels);

    void push(int pixel, const std::uint8_t* codes);
    const std::vector<int>& completed_by(int pixel) const { return schedule_.completed_by(pixel); }
    // Pools output pixel `out` into codes[channels]; counts compares or additions.
    void pool(int out, std::uint8_t* codes, PostProcessingActivity& activity) const;

    const PoolLayer& layer() const { return layer_; }

private:
    const PoolLayer layer_;
    const int channels_;
    PoolSchedule schedule_;
    Codes map_;
};

}  // namespace cimarron
