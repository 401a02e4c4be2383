// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/digital_macro_cost.h"

#include "hw/cost/control_cost.h"
#include "hw/cost/digital_array_cost.h"
#include "hw/cost/word_line_driver_cost.h"
#include "hw/technology/logic.h"

namespace cimarron {

namespace {

constexpr const char* kTree = "macro.adder_tree";

DigitalArrayParams array_of(const MacroParams& params) {
    DigitalArrayParams array;
    array.rows = params.array.rows_active;
    array.columns = params.array.columns;
    array.cells_per_multiplier = params.array.rows / params.array.rows_active;
    array.accumulator_bits = params.shift_adder.accumulator_bits;
    return array;
}

// Of one column: the numbers that cross each cut of the tree, a bit wider each level.
Gates pipeline_registers(const MacroParams& params) {
    const int levels = log2_ceil(params.array.rows_active);
    const int stages = params.adder_tree.pipeline_cycles;
    Gates registers;
    for (int cut = 1; cut < stages; ++cut) {
        const int level = levels * cut / stages;
        registers =
            registers + flip_flops(ceil_div(params.array.rows_active, 1 << level) * (1 + level));
    }
    return registers;
}

// n columns are combined by n - 1 adders.
Gates combining_adders(const MacroParams& params) {
    return 1.0 * (params.array.columns - 1) * adder(params.shift_adder.accumulator_bits);
}

void add(const Gates& gates, const Technology& technology, ComponentCost& cost) {
    const double layout = technology.calibration.layout_area.value;
    cost.area += layout * area(gates, technology);
    cost.leakage += leakage(gates, technology);
}

}  // namespace

std::vector<ComponentCost> digital_macro_cost(const MacroParams& params,
                                              const Technology& technology, const Device& device) {
    const auto parts = digital_array_cost(array_of(params), technology, device);
    const ComponentCost& cells = parts[0];
    const ComponentCost& multipliers = parts[1];
    const double products = 1.0 * params.array.rows_active * params.array.columns;
    const ComponentCost array = {"macro.array",
                                 1,
                                 cells.area + multipliers.area,
                                 cells.leakage + multipliers.leakage,
                                 {{"on_cell", multipliers.events[0].per_event / products},
                                  {"cell_write", femtojoules(device.write_energy.value)}}};

    const Gates registers = params.array.columns * pipeline_registers(params);
    ComponentCost tree = parts[2];
    tree.name = kTree;
    add(registers, technology, tree);
    tree.events = {
        {"operand",
         (tree.events[0].per_event + switching_energy(registers, technology)) / products}};

    ComponentCost accumulators = parts[3];
    accumulators.name = "macro.shift_adder";
    add(combining_adders(params), technology, accumulators);
    accumulators.events = {{"addition", accumulators.events[0].per_event / params.array.columns}};

    const auto shared = laid_out(
        {word_line_driver_cost(params, technology, device), control_cost(params, technology)},
        technology.calibration.layout_area.value);
    return {array, shared[0], tree, accumulators, shared[1]};
}

ComponentCount adder_tree_operand_count(const MacroActivity& activity) {
    return {kTree, {{"operand", activity.cell_operations}}};
}

Seconds digital_path_time(const MacroParams& params, const Technology& technology) {
    return digital_cycle_time(array_of(params), technology);
}

}  // namespace cimarron
