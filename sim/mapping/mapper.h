// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"
#include "sim/mapping/mapping_prices.h"

namespace cimarron {

// Places the stages of a network in order; a tile holds one layer, as often as it fits
// (tile.duplicate), or several (tile.share, shared_tiles.h). mapping: fill takes the fewest tiles,
// auto and energy search (search.h). A network that does not fit runs in rounds (rounds.h), where
// there is a DRAM. Throws UserError when it cannot run (says what it needs and what there is).
// prices: for mapping: energy.
Program map_network(const IntegerNetwork& network, const AcceleratorParams& params,
                    const MappingPrices* prices = nullptr);

}  // namespace cimarron
