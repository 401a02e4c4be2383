// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"
#include "sim/mapping/mapping_prices.h"

namespace cimarron {

// Gives the placed stages of a network their tiles, in one round when all fit. Otherwise each
// stage, in order, goes to the round of the one before as long as there are tiles (tile.share: or
// room beside others in them), and to the next when there are not; one that needs more tiles than
// the chip has takes several rounds. mapping: auto and energy then spread the stages of each round
// over the tiles it leaves free. Tensors that later rounds read are kept, in the global buffer or,
// the largest first, in DRAM (what a stage makes over several rounds only in the global buffer).
// Throws UserError when rounds are needed and the chip cannot have them: without a DRAM, pipelined,
// or without room for what is kept.
void assign_rounds(Program& program, const AcceleratorParams& params, const MappingPrices* prices);

// The first step of it, for a chip of that many tiles: rounds, and tiles in them.
void assign_tiles(Program& program, const AcceleratorParams& params, int tiles);

// Of the image and the tensors that the global buffer keeps in a round: from the round that makes
// them to the last that reads them.
std::int64_t kept_bits(const Program& program, int round);

}  // namespace cimarron
