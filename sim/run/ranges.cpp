// SPDX-License-Identifier: Apache-2.0
#include "sim/run/ranges.h"

#include "sim/run/pricing.h"

namespace cimarron {

namespace {

constexpr std::size_t kTotals = 5;

// The totals in the order of PricedRanges, then each component's energy and area.
std::vector<double> figures(const Outcome& outcome, const Technology& technology,
                            const Device& device) {
    const Priced priced = price(outcome, technology, device);
    std::vector<double> all = {priced.energy().value(), priced.dynamic.value(),
                               priced.leakage.value(), priced.area.value(),
                               priced.programming.value()};
    for (const ComponentResult& component : priced.components) {
        all.push_back(component.energy().value());
        all.push_back(component.area.value());
    }
    return all;
}

}  // namespace

PricedRanges ranges(const Outcome& outcome) {
    const std::vector<Ranged> all =
        propagate(outcome.config.technology, outcome.config.device,
                  [&](const Technology& technology, const Device& device) {
                      return figures(outcome, technology, device);
                  });
    PricedRanges result{all[0], all[1], all[2], all[3], all[4], {}, {}};
    for (std::size_t i = kTotals; i + 1 < all.size(); i += 2) {
        result.component_energy.push_back(all[i]);
        result.component_area.push_back(all[i + 1]);
    }
    return result;
}

}  // namespace cimarron
