// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/adder_tree_cost.h"

#include "hw/technology/logic.h"

namespace cimarron {

namespace {
constexpr const char* kName = "tile.adder_tree";
}

ComponentCost adder_tree_cost(const TileParams& tile, const MacroParams& macro,
                              const Technology& technology) {
    const int bits = macro.shift_adder.accumulator_bits;
    const Gates stage = adder(bits) + flip_flops(bits);
    const Gates built = 1.0 * (tile.macros - 1) * tile.post_processing.lanes * stage;
    return {kName,
            1,
            area(built, technology),
            leakage(built, technology),
            {{"addition", switching_energy(stage, technology)}}};
}

ComponentCount adder_tree_count(const AdderTreeActivity& activity) {
    return {kName, {{"addition", activity.additions}}};
}

Seconds adder_tree_time(const MacroParams& macro, const Technology& technology) {
    return adder_delay(macro.shift_adder.accumulator_bits, technology.logic) +
           picoseconds(technology.logic.flip_flop_delay.value);
}

}  // namespace cimarron
