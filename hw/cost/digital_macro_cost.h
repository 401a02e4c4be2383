// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

namespace cimarron {

// A digital macro: the array, trees and accumulators of hw/cost/digital_array_cost.h, one input
// bit a cycle, an accumulator for each column; input lines and control as in an analog macro.
//   macro.array: cells and multipliers. on_cell: a product of 1, the NAND2 switches.
//   macro.adder_tree: a tree below each column, with registers where the pipeline cuts it. operand:
//     a row's share of a tree.
//   macro.shift_adder: accumulators, and the adders that combine the bit columns of a weight two by
//     two. addition: one accumulator.
std::vector<ComponentCost> digital_macro_cost(const MacroParams& params,
                                              const Technology& technology, const Device& device);
ComponentCount adder_tree_operand_count(const MacroActivity& activity);

// From the input register through multiplier, tree and accumulator.
Seconds digital_path_time(const MacroParams& params, const Technology& technology);

}  // namespace cimarron
