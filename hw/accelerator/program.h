// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

// One macro's share of a layer: rows [first_row, first_row + rows) of the unrolled kernel and
// channels [first_channel, first_channel + channels), weight_bits adjacent columns a channel.
struct MacroPlacement {
    int first_row = 0;
    int rows = 0;
    int first_channel = 0;
    int channels = 0;
    int columns = 0;  // channels x weight_bits
};

// One tile's share of a layer: all row tiles of a range of channels, so that partial sums stay in
// the tile. macros: row tile after row tile within each column tile.
// The whole set stands in the tile `copies` times (duplication); copy k computes the windows k,
// k + copies, k + 2 copies ...
struct TilePlacement {
    int tile = 0;
    int first_channel = 0;
    int channels = 0;
    int row_tiles = 1;
    int copies = 1;
    std::vector<MacroPlacement> macros;  // of one copy

    int macro_count() const { return copies * static_cast<int>(macros.size()); }
};

// One MVM layer with the pooling layers that follow it, placed on tiles of its own.
struct Stage {
    MvmLayer mvm;
    std::vector<PoolLayer> pools;
    std::vector<TilePlacement> tiles;

    Shape output() const { return pools.empty() ? mvm.output : pools.back().output; }
    int output_bits() const { return pools.empty() ? mvm.output_bits : pools.back().output_bits; }
};

// A network placed on a chip: weight stationary, one stage after another.
struct Program {
    std::string network;
    Shape input;
    int input_bits = 8;
    std::vector<Stage> stages;

    int tiles_used() const;
    int macros_used() const;
};

}  // namespace cimarron
