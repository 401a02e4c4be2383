// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// One switch per column of a macro; connecting a column turns its switch on and the previous one
// off. The decoder belongs to the control. With one column per ADC there is no mux.
ComponentCost column_mux_cost(const MacroParams& params, const Technology& technology);
ComponentCount column_mux_count(const ColumnMuxActivity& activity);

}  // namespace cimarron
