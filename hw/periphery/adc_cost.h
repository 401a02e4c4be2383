// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/component_cost.h"
#include "hw/cost/technology.h"
#include "hw/macro/macro_params.h"

namespace cimarron {

// The ADCs of one macro, in the closed form of hw/cost/technology.h. Only the energy follows the
// node: measured column ADCs do not shrink. UserError above the bits the form was fitted on.
ComponentCost adc_cost(const MacroParams& params, const Technology& technology);
ComponentCount adc_count(const AdcActivity& activity);

Seconds conversion_time(const MacroParams& params, const Technology& technology);

}  // namespace cimarron
