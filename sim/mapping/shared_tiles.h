// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// Layers that stand side by side in a tile (tile.share). They take turns, so only layers share that
// would not run at the same time anyway: each depends, through whatever lies between, on those
// before it. The tile's macros must hold all of them, and its buffers what they hold at once: a
// layer's input and residual from when the first vector of them may arrive until it has worked on
// them.
class SharedTiles {
public:
    SharedTiles(const Program& program, const AcceleratorParams& params);

    // The lowest tile that also holds this share of a stage; -1: none does.
    int room_for(int stage, const TilePlacement& placement) const;
    // Gives it its place there.
    void put(int tile, int stage, TilePlacement& placement);
    // A round begins: its tiles hold nothing yet.
    void begin(int round);

private:
    struct Held {
        std::int64_t input = 0;  // bits
        std::int64_t residual = 0;
    };
    struct Share {
        int stage = 0;
        int macros = 0;
        Held needs;
    };
    bool fits(const std::vector<Share>& shares, const Share& next) const;
    Held held_while_runs(const Share& runs, const std::vector<Share>& shares) const;
    bool arrives_early(int tensor, int stage) const;
    bool depends(int stage, int on) const {
        return before_[static_cast<std::size_t>(stage)][static_cast<std::size_t>(on)];
    }
    Share share_of(int stage, const TilePlacement& placement) const;

    const Program& program_;
    const TileParams& params_;
    std::vector<std::vector<bool>> before_;  // [stage][earlier stage that it needs]
    std::vector<bool> ends_late_;            // [stage]: it may still work when its readers begin
    std::vector<std::vector<Share>> tiles_;
    int round_ = 0;
};

}  // namespace cimarron
