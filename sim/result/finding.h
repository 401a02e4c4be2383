// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/field.h"
#include "sim/run/pricing.h"
#include "sim/run/ranges.h"

#include <vector>

namespace cimarron {

// What a result is written from: a simulation, its prices, and what their constants leave open.
struct Finding {
    const Outcome& outcome;
    const Priced& priced;
    const PricedRanges& open;
    const std::vector<Check>& checks;

    // Two for each multiply-accumulate of an image.
    double operations() const { return 2.0 * static_cast<double>(outcome.network.macs()); }
};

Fields<Finding> figure_fields();  // what ran on what, the headline, its ranges
Fields<Finding> layer_fields();   // where time goes: the critical path, the layers
Fields<Finding> component_fields();
Fields<Finding> account_fields();  // programming, reloading, DRAM, ADCs, checks, inputs

}  // namespace cimarron
