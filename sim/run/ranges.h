// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/uncertainty.h"
#include "sim/run/simulate.h"

#include <vector>

namespace cimarron {

// The figures of an outcome with what the ranges of its constants leave open, per image, in joules,
// square metres and seconds. Energies are of the cycles that ran. Times follow the cycle counts
// that the constants derive (hw/cost/timing.h), in the proportion in which the stages' estimated
// cycles do; a clock that one of them makes impossible leaves them as they are.
struct PricedRanges {
    Ranged energy, dynamic, leakage, area, programming;
    Ranged latency, interval;
    std::vector<Ranged> component_energy, component_area;  // in the order of chip_cost
};

PricedRanges ranges(const Outcome& outcome);

}  // namespace cimarron
