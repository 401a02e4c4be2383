// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/uncertainty.h"
#include "sim/run/simulate.h"

#include <vector>

namespace cimarron {

// The figures of an outcome with what the ranges of its constants leave open, per image, in joules
// and square metres. Cycles are those that ran: a constant that would change them is not followed
// there.
struct PricedRanges {
    Ranged energy, dynamic, leakage, area, programming;
    std::vector<Ranged> component_energy, component_area;  // in the order of chip_cost
};

PricedRanges ranges(const Outcome& outcome);

}  // namespace cimarron
