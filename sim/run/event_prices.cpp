// SPDX-License-Identifier: Apache-2.0
#include "sim/run/event_prices.h"

#include "hw/cost/chip_cost.h"
#include "sim/run/pricing.h"

namespace cimarron {

namespace {

// Energy is a sum over counters, so one count of each says it all.
template <class Activity>
EnergyMeter<Activity> meter(const std::vector<ComponentCost>& costs,
                            Activity AcceleratorActivity::*block) {
    std::vector<double> joules;
    for (int counter = 0; counter < counter_count<Activity>(); ++counter) {
        AcceleratorActivity one;
        one.*block = unit<Activity>(counter);
        joules.push_back(total_dynamic(price(costs, inference(one), Seconds())).value());
    }
    return EnergyMeter<Activity>(std::move(joules));
}

}  // namespace

EventPrices event_prices(const AcceleratorParams& params, const Technology& technology,
                         const Device& device) {
    const auto costs = chip_cost(params, technology, device);
    return {meter(costs, &AcceleratorActivity::macro), meter(costs, &AcceleratorActivity::tile),
            meter(costs, &AcceleratorActivity::interconnect),
            meter(costs, &AcceleratorActivity::global_buffer)};
}

}  // namespace cimarron
