// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// The FSM of one macro: state register, counters of row groups, input slices and mux positions,
// and the decoders of row group and mux position. A step clocks every flip-flop, switches the
// counters' logic and two outputs of each decoder.
ComponentCost control_cost(const MacroParams& params, const Technology& technology);
ComponentCount control_count(const MacroActivity& activity);

}  // namespace cimarron
