// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/shift_adder_cost.h"

#include "hw/technology/logic.h"

namespace cimarron {

namespace {
constexpr const char* kName = "macro.shift_adder";
// An 8-bit input slice's weight and an 8-bit weight's slice: shifts of 0 to 14.
constexpr int kShifts = 15;
}  // namespace

ComponentCost shift_adder_cost(const MacroParams& params, const Technology& technology) {
    const int bits = params.shift_adder.accumulator_bits;
    const Gates arithmetic = barrel_shifter(bits, kShifts) + adder(bits);
    const Gates built = arithmetic + params.adc.columns_per_adc * flip_flops(bits);
    return replicate({kName,
                      1,
                      area(built, technology),
                      leakage(built, technology),
                      {{"addition", switching_energy(arithmetic + flip_flops(bits), technology)}}},
                     params.adcs());
}

ComponentCount shift_adder_count(const ShiftAdderActivity& activity) {
    return {kName, {{"addition", activity.additions}}};
}

Seconds shift_add_time(const MacroParams& params, const Technology& technology) {
    const int bits = params.shift_adder.accumulator_bits;
    const LogicTechnology& logic = technology.logic;
    return barrel_shifter_delay(kShifts, logic) + adder_delay(bits, logic) +
           picoseconds(logic.flip_flop_delay.value);
}

}  // namespace cimarron
