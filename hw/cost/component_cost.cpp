// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/component_cost.h"

namespace cimarron {

std::vector<ComponentCost> laid_out(std::vector<ComponentCost> costs, double factor) {
    for (ComponentCost& cost : costs) cost.area = cost.area * factor;
    return costs;
}

ComponentCost replicate(ComponentCost one, std::int64_t count) {
    const double times = static_cast<double>(count);
    one.instances *= count;
    one.area = one.area * times;
    one.leakage = one.leakage * times;
    return one;
}

}  // namespace cimarron
