// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/digital_array.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Cells, multipliers, adders and accumulators, in this order. Their one event, `cycle`, is every
// gate of a used column switching once: activity scales it.
std::vector<ComponentCost> digital_array_cost(const DigitalArrayParams& params,
                                              const Technology& technology, const Device& device);

// Of one cycle. adder_tree: the buffer chain that drives an input into all columns, multiplier, a
// sum gate pair per level, the carry of the widest sum, a register.
// ripple: the weight's columns, the rows between two registers and two more, in full adders; the
// two cover driver and register.
Seconds digital_cycle_time(const DigitalArrayParams& params, const Technology& technology);

}  // namespace cimarron
