// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/mapping_prices.h"

#include "hw/cost/block_meter.h"

namespace cimarron {

namespace {

double leakage_w(AcceleratorParams params, int tiles, const Technology& technology,
                 const Device& device) {
    params.tiles = tiles;
    Power sum;
    for (const ComponentCost& cost : chip_cost(params, technology, device)) sum += cost.leakage;
    return sum.value();
}

}  // namespace

MappingPrices mapping_prices(const AcceleratorParams& params, const Technology& technology,
                             const Device& device) {
    const auto costs = chip_cost(params, technology, device);
    const auto everything = [](const AcceleratorActivity& activity) { return activity; };
    MappingPrices prices{block_meter(costs, &AcceleratorActivity::macro, everything),
                         block_meter(costs, &AcceleratorActivity::tile, everything), 0, 0};
    const double one = leakage_w(params, 1, technology, device);
    const double all = leakage_w(params, params.tiles + 1, technology, device);
    prices.leakage_tile_w = (all - one) / params.tiles;
    prices.leakage_base_w = one - prices.leakage_tile_w;
    return prices;
}

}  // namespace cimarron
