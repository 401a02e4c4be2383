// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/quantity.h"
#include "hw/chip/accelerator.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

struct EventResult {
    std::string name;
    std::int64_t count = 0;
    Energy energy;
};

struct ComponentResult {
    std::string name;
    std::int64_t instances = 0;
    Area area;
    Energy dynamic;  // sum of the events
    Energy leakage;
    std::vector<EventResult> events;

    Energy energy() const { return dynamic + leakage; }
};

// The blocks of one macro alone.
std::vector<ComponentCost> macro_cost(const MacroParams& params, Seconds clock_period,
                                      const Technology& technology, const Device& device);
std::vector<ComponentResult> price_macro(const std::vector<ComponentCost>& costs,
                                         const MacroActivity& activity, Seconds elapsed);

// Prices the whole configured chip: params.tiles x params.tile.macros macros; a DRAM beside it
// stands last. UserError when a formula is asked outside the range it was fitted on.
std::vector<ComponentCost> chip_cost(const AcceleratorParams& params, const Technology& technology,
                                     const Device& device);

// Energy of what was counted, plus leakage over the elapsed time. Loading weights has an activity
// of its own, priced by the same function.
std::vector<ComponentResult> price(const std::vector<ComponentCost>& costs,
                                   const AcceleratorActivity& activity, Seconds elapsed);

Area total_area(const std::vector<ComponentResult>& components);
Energy total_dynamic(const std::vector<ComponentResult>& components);
Energy total_leakage(const std::vector<ComponentResult>& components);
Energy total_energy(const std::vector<ComponentResult>& components);

}  // namespace cimarron
