// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// One per ADC of a macro: barrel shifter, adder, and a register for each column it serves. An
// addition switches shifter and adder and writes one register.
ComponentCost shift_adder_cost(const MacroParams& params, const Technology& technology);
ComponentCount shift_adder_count(const ShiftAdderActivity& activity);

// Shifter, adder and register.
Seconds shift_add_time(const MacroParams& params, const Technology& technology);

}  // namespace cimarron
