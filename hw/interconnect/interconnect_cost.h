// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/component_cost.h"
#include "hw/cost/technology.h"
#include "hw/interconnect/interconnect_params.h"

namespace cimarron {

// A bus of repeated wires as long as the side of a square chip, with a register at each end and an
// arbiter over the tiles, the host and the global buffer. A payload bit toggles its wire at the
// given rate, a flit clocks both registers, a transfer runs the arbiter.
ComponentCost interconnect_cost(const InterconnectParams& params, int tiles, Area attached,
                                const Technology& technology);
ComponentCount interconnect_count(const InterconnectActivity& activity);

}  // namespace cimarron
