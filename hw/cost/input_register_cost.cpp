// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/input_register_cost.h"

#include "hw/technology/logic.h"

namespace cimarron {

namespace {
constexpr const char* kName = "tile.input_register";
}  // namespace

ComponentCost input_register_cost(const TileParams& tile, const MacroParams& macro,
                                  const Technology& technology) {
    const Gates built = flip_flops(macro.array.rows * kMaxInputBits);
    return replicate({kName,
                      1,
                      area(built, technology),
                      leakage(built, technology),
                      {{"bit", switching_energy(flip_flops(1), technology)}}},
                     tile.macros);
}

ComponentCount input_register_count(const TileActivity& activity) {
    return {kName, {{"bit", activity.input_register_bits}}};
}

}  // namespace cimarron
