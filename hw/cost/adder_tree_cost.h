// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Adds the partial sums of up to all macros of a tile: macros - 1 adders in each post-processing
// lane, one adder and one register a pipeline stage.
ComponentCost adder_tree_cost(const TileParams& tile, const MacroParams& macro,
                              const Technology& technology);
ComponentCount adder_tree_count(const AdderTreeActivity& activity);

// One stage.
Seconds adder_tree_time(const MacroParams& macro, const Technology& technology);

}  // namespace cimarron
