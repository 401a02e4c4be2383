// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/mapping_prices.h"

#include "hw/cost/chip_cost.h"

namespace cimarron {

namespace {

double leakage_w(AcceleratorParams params, int tiles, const Technology& technology,
                 const Device& device) {
    params.tiles = tiles;
    Power sum;
    for (const ComponentCost& cost : chip_cost(params, technology, device)) sum += cost.leakage;
    return sum.value();
}

template <class Activity>
EnergyMeter<Activity> meter(const std::vector<ComponentCost>& costs,
                            Activity AcceleratorActivity::*block) {
    std::vector<double> joules;
    for (int counter = 0; counter < counter_count<Activity>(); ++counter) {
        AcceleratorActivity one;
        one.*block = unit<Activity>(counter);
        joules.push_back(total_dynamic(price(costs, one, Seconds())).value());
    }
    return EnergyMeter<Activity>(std::move(joules));
}

}  // namespace

MappingPrices mapping_prices(const AcceleratorParams& params, const Technology& technology,
                             const Device& device) {
    const auto costs = chip_cost(params, technology, device);
    MappingPrices prices{meter(costs, &AcceleratorActivity::macro),
                         meter(costs, &AcceleratorActivity::tile), 0, 0};
    const double one = leakage_w(params, 1, technology, device);
    const double all = leakage_w(params, params.tiles + 1, technology, device);
    prices.leakage_tile_w = (all - one) / params.tiles;
    prices.leakage_base_w = one - prices.leakage_tile_w;
    return prices;
}

}  // namespace cimarron
