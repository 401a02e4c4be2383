// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Sums the codes of one port access of the input buffer in a tree, one adder a pipeline stage, into
// an accumulator as wide as the partial sums. A code added switches its share of all of it.
ComponentCost window_sum_cost(const TileParams& tile, const MacroParams& macro,
                              const Technology& technology);
ComponentCount window_sum_count(const WindowSumActivity& activity);

}  // namespace cimarron
