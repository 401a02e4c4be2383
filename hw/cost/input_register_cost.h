// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// A shift register of one input code per row for each macro of a tile; shifting a bit writes one
// flip-flop.
ComponentCost input_register_cost(const TileParams& tile, const MacroParams& macro,
                                  const Technology& technology);
ComponentCount input_register_count(const TileActivity& activity);

}  // namespace cimarron
