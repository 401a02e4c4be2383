// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"

#include <cstdint>

namespace cimarron {

// How far a stage is spread: its channels over `columns` tiles (1: as few as will do), its rows
// over `bands` times as many.
struct Spread {
    int columns = 1;
    int bands = 1;
};

// Unrolls a stage's MVM layer onto row tiles x column tiles of macros, spreads it, and fills each
// tile with copies (tile.duplicate; tile.share leaves that to copies.h). Tiles get no numbers yet.
// Throws UserError when the stage does not fit.
void place(Stage& stage, const AcceleratorParams& params, const Spread& spread = {});

// Of the part of a layer's input map that the tile works on.
std::int64_t input_map_bits(const MvmLayer& layer, const TilePlacement& tile);

}  // namespace cimarron
