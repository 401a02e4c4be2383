// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/interconnect.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Bus: repeated wires as long as the side of a square chip, with a register at each end and an
// arbiter over the tiles, the host and the global buffer. A payload bit toggles its wire at the
// given rate, a flit clocks both registers, a transfer runs the arbiter.
// Mesh and H-tree: routers of 5 (3) ports, each with buffer_flits flip-flop words, multiplexers
// and an arbiter; links of repeated wires over tile pitches, sqrt(attached / tiles) long. A flit
// clocks a register at its block on either side, and in each router a buffer word and the
// multiplexers' trees; an arbitration runs an output's arbiter; a payload bit toggles its wire on
// every half pitch of its way.
ComponentCost interconnect_cost(const InterconnectParams& params, int tiles, Area attached,
                                const Technology& technology);
// Every event of any topology; a cost prices those of its own.
ComponentCount interconnect_count(const InterconnectActivity& activity);

}  // namespace cimarron
