// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/window_sum_cost.h"

#include "common/bits.h"
#include "hw/cost/logic.h"

namespace cimarron {

namespace {

constexpr const char* kName = "tile.window_sum";
constexpr int kMaxInputBits = 8;

Gates stage(int bits) {
    return adder(bits) + flip_flops(bits);
}

}  // namespace

ComponentCost window_sum_cost(const TileParams& tile, const MacroParams& macro,
                              const Technology& technology) {
    const int codes = ceil_div(tile.input_buffer.port_bits, kMaxInputBits);
    const Gates narrow = stage(kMaxInputBits + log2_ceil(codes));
    const Gates accumulator = stage(macro.shift_adder.accumulator_bits);
    const Gates built = 1.0 * (codes - 1) * narrow + accumulator;
    return {kName,
            1,
            area(built, technology),
            leakage(built, technology),
            {{"addition", switching_energy(narrow + (1.0 / codes) * accumulator, technology)}}};
}

ComponentCount window_sum_count(const WindowSumActivity& activity) {
    return {kName, {{"addition", activity.additions}}};
}

}  // namespace cimarron
