// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/digital_array_cost.h"

#include "common/bits.h"
#include "hw/cost/word_line_driver_cost.h"
#include "hw/technology/logic.h"

namespace cimarron {

namespace {

// Adds `rows` numbers of input_bits two by two, a bit wider each level.
Gates tree(const DigitalArrayParams& params) {
    Gates sum;
    int bits = params.input_bits;
    for (int left = params.rows; left > 1; left = ceil_div(left, 2)) {
        const int pairs = left / 2;
        sum = sum + 1.0 * pairs * adder(bits++);
    }
    return sum;
}

int tree_bits(const DigitalArrayParams& params) {
    return params.input_bits + log2_ceil(params.rows);
}

// Combines the bit columns of one weight by shifting and adding.
Gates combine(const DigitalArrayParams& params) {
    return 1.0 * (params.weight_bits - 1) * adder(tree_bits(params) + params.weight_bits / 2);
}

Gates multipliers(const DigitalArrayParams& params) {
    const double cells = 1.0 * params.rows * params.columns;
    if (params.style == DigitalStyle::ripple) return cells * Gates{0, 1, 0};
    return cells * nand2s(params.input_bits);
}

Gates adders(const DigitalArrayParams& params) {
    if (params.style == DigitalStyle::ripple) return 1.0 * params.rows * params.columns * adder(1);
    return 1.0 * params.columns * tree(params) + 1.0 * params.weights() * combine(params);
}

Gates accumulators(const DigitalArrayParams& params) {
    const Gates sums = 1.0 * params.weights() *
                       (adder(params.accumulator_bits) + flip_flops(params.accumulator_bits));
    if (params.style == DigitalStyle::adder_tree) return sums;
    return sums + 1.0 * params.columns * flip_flops(params.registers_per_column);
}

ComponentCost logic_block(const char* name, const Gates& gates, const Technology& technology) {
    return {name,
            1,
            area(gates, technology),
            leakage(gates, technology),
            {{"cycle", switching_energy(gates, technology)}}};
}

}  // namespace

std::vector<ComponentCost> digital_array_cost(const DigitalArrayParams& params,
                                              const Technology& technology, const Device& device) {
    const double cells = 1.0 * params.rows * params.columns * params.cells_per_multiplier;
    const Area cell_area =
        square_microns(cells * device.cell_area.value * technology.calibration.array_area.value);
    return laid_out({{"digital.cells",
                      1,
                      cell_area,
                      nanowatts(cells * device.cell_leakage.value),
                      {{"cycle", Energy()}}},
                     logic_block("digital.multipliers", multipliers(params), technology),
                     logic_block("digital.adders", adders(params), technology),
                     logic_block("digital.accumulators", accumulators(params), technology)},
                    technology.calibration.layout_area.value);
}

Seconds digital_cycle_time(const DigitalArrayParams& params, const Technology& technology) {
    const LogicTechnology& logic = technology.logic;
    const double full_adder_ps = 2 * logic.xor2_delay.value;
    if (params.style == DigitalStyle::ripple) {
        const int stages = params.weight_bits + params.guard_columns +
                           ceil_div(params.rows, params.registers_per_column) + 2;
        return picoseconds(stages * full_adder_ps);
    }
    // An input drives one gate in each column.
    const double drive_ps = buffer_stages(params.columns, technology) * logic.nand2_delay.value;
    const int levels = log2_ceil(params.rows) + log2_ceil(params.weight_bits) + 1;
    const double carry_ps = 2 * logic.nand2_delay.value * params.accumulator_bits;
    return picoseconds(drive_ps + logic.nand2_delay.value + levels * full_adder_ps + carry_ps +
                       logic.flip_flop_delay.value);
}

}  // namespace cimarron
