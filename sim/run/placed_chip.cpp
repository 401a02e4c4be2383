// SPDX-License-Identifier: Apache-2.0
#include "sim/run/placed_chip.h"

#include "sim/mapping/mapper.h"

namespace cimarron {

PlacedChip place_on_chip(const RunConfig& config, const IntegerNetwork& network) {
    PlacedChip chip{config.params(), {}};
    const MappingPrices prices = mapping_prices(chip.params, config.technology, config.device);
    chip.program = map_network(network, chip.params, &prices);
    if (chip.params.fit_tiles) chip.params.tiles = chip.program.tiles_used();
    chip.params.fit_tiles = false;
    return chip;
}

}  // namespace cimarron
