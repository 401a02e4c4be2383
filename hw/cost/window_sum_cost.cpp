// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/window_sum_cost.h"

#include "common/bits.h"
#include "hw/technology/logic.h"

namespace cimarron {

namespace {

constexpr const char* kName = "tile.window_sum";

Gates stage(int bits) {
    return adder(bits) + flip_flops(bits);
}

// Adds `codes` codes two by two, a bit wider each level.
Gates tree(int codes) {
    Gates sum;
    int bits = kMaxInputBits;
    for (int left = codes; left > 1; left = ceil_div(left, 2))
        sum = sum + (1.0 * (left / 2)) * stage(++bits);
    return sum;
}

}  // namespace

ComponentCost window_sum_cost(const TileParams& tile, const MacroParams& macro,
                              const Technology& technology) {
    const int codes = ceil_div(tile.input_buffer.port_bits, kMaxInputBits);
    const Gates built = tree(codes) + stage(macro.shift_adder.accumulator_bits);
    return {kName,
            1,
            area(built, technology),
            leakage(built, technology),
            {{"addition", switching_energy((1.0 / codes) * built, technology)}}};
}

ComponentCount window_sum_count(const WindowSumActivity& activity) {
    return {kName, {{"addition", activity.additions}}};
}

}  // namespace cimarron
