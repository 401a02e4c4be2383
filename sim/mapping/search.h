// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"
#include "sim/mapping/mapping_prices.h"

namespace cimarron {

// mapping: auto and energy. Spreads the stages of a placed program over params.tiles tiles at most,
// each over as many columns and bands of tiles as serve the objective best:
//   auto    least time of an image, sequential the sum of the stages' cycles, pipelined the slowest
//           stage's and with that the least sum;
//   energy  least joules of an image: what its stages do, and what all tiles leak for that time.
// Over the spreads that it looks at the choice is the best one (dynamic programming over tiles),
// by the estimates of estimate.h. With params.fit_tiles, the chip has the tiles that are used, and
// for energy their number is chosen too. prices: for energy.
void search(Program& program, const AcceleratorParams& params, const MappingPrices* prices);

}  // namespace cimarron
