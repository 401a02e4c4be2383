// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/chip_cost.h"
#include "hw/cost/energy_meter.h"

namespace cimarron {

// What each count of one block costs on a chip with these components. Energy is a sum over
// counters, so the price of one of each says it all. `seen`: what of an activity is to be paid for.
template <class Activity, class Seen>
EnergyMeter<Activity> block_meter(const std::vector<ComponentCost>& costs,
                                  Activity AcceleratorActivity::*block, Seen seen) {
    std::vector<double> joules;
    for (int counter = 0; counter < counter_count<Activity>(); ++counter) {
        AcceleratorActivity one;
        one.*block = unit<Activity>(counter);
        joules.push_back(total_dynamic(price(costs, seen(one), Seconds())).value());
    }
    return EnergyMeter<Activity>(std::move(joules));
}

}  // namespace cimarron
