// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// One capacitor and one switch per column of a macro; nothing when absent. A sample charges the
// capacitor to the supply.
ComponentCost sample_and_hold_cost(const MacroParams& params, const Technology& technology);
ComponentCount sample_and_hold_count(const SampleAndHoldActivity& activity);

// Switch and capacitor to half an LSB of the ADC.
Seconds sample_time(const MacroParams& params, const Technology& technology);

}  // namespace cimarron
