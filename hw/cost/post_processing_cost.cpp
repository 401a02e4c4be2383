// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/post_processing_cost.h"

#include "hw/technology/logic.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr const char* kName = "tile.post_processing";
constexpr Gates kFullAdder = adder(1);
constexpr Gates kBoothSelect = {2, 1, 0};  // one bit of a partial product
constexpr int kCoefficients = 3;
constexpr int kStreamBits = 16;  // the widest residual

int of_one_multiplier(const PostProcessingParams& params) {
    return params.coefficient_bits / 2 + 1;
}

int partial_products(const PostProcessingParams& params) {
    return 2 * of_one_multiplier(params) + 1;
}

int sum_bits(const PostProcessingParams& params, const MacroParams& macro) {
    return macro.shift_adder.accumulator_bits + params.coefficient_bits;
}

// Levels of full adders that reduce `rows` rows to two (Dadda: 2, 3, 4, 6, 9, 13, 19, ...).
int carry_save_levels(int rows) {
    int levels = 0;
    for (int height = 2; height < rows; height = height * 3 / 2) ++levels;
    return levels;
}

Gates affine_gates(const PostProcessingParams& params, const MacroParams& macro) {
    const int sum = sum_bits(params, macro);
    const double cells = 1.0 * partial_products(params) * (macro.shift_adder.accumulator_bits + 2);
    const Gates registers =
        flip_flops(params.pipeline_cycles * sum + kCoefficients * params.coefficient_bits);
    return cells * (kFullAdder + kBoothSelect) + adder(sum) + barrel_shifter(sum, sum) +
           comparator(sum) + registers;
}

// One more multiplier, whose product joins the affine's sum.
Gates residual_gates(const PostProcessingParams& params, const MacroParams& macro) {
    const double cells = 1.0 * of_one_multiplier(params) * (kStreamBits + 2);
    return cells * (kFullAdder + kBoothSelect) + adder(sum_bits(params, macro)) +
           flip_flops(params.coefficient_bits + kStreamBits);
}

// What switches of the affine's multiplier, shifter and clamp when a vector passes again.
Gates quantize_gates(const PostProcessingParams& params) {
    const int product = params.coefficient_bits + kStreamBits;
    const double cells = 1.0 * of_one_multiplier(params) * (kStreamBits + 2);
    return cells * (kFullAdder + kBoothSelect) + adder(product) + barrel_shifter(product, product) +
           comparator(product) + flip_flops(params.pipeline_cycles * product);
}

Gates pool_gates(int bits, const Gates& arithmetic) {
    return arithmetic + flip_flops(bits);
}

}  // namespace

ComponentCost post_processing_cost(const TileParams& tile, const MacroParams& macro,
                                   const Technology& technology) {
    const PostProcessingParams& params = tile.post_processing;
    const int bits = macro.shift_adder.accumulator_bits;
    const Gates affine = affine_gates(params, macro);
    const Gates compare =
        pool_gates(kMaxInputBits, comparator(kMaxInputBits) + nand2s(2 * kMaxInputBits));
    const Gates addition = pool_gates(bits, adder(bits));
    const Gates residual = residual_gates(params, macro);
    Gates built = affine + compare + addition;
    if (tile.residual_buffer.bytes > 0) built = built + residual;
    return replicate({kName,
                      1,
                      area(built, technology),
                      leakage(built, technology),
                      {{"affine", switching_energy(affine, technology)},
                       {"residual", switching_energy(residual, technology)},
                       {"quantization", switching_energy(quantize_gates(params), technology)},
                       {"compare", switching_energy(compare, technology)},
                       {"addition", switching_energy(addition, technology)}}},
                     params.lanes);
}

ComponentCount post_processing_count(const PostProcessingActivity& activity) {
    return {kName,
            {{"affine", activity.affines},
             {"residual", activity.residuals},
             {"quantization", activity.quantizations},
             {"compare", activity.compares},
             {"addition", activity.additions}}};
}

Seconds post_processing_stage_time(const TileParams& tile, const MacroParams& macro,
                                   const Technology& technology) {
    const PostProcessingParams& params = tile.post_processing;
    const LogicTechnology& logic = technology.logic;
    const int sum = sum_bits(params, macro);
    const double booth_ps = logic.xor2_delay.value + 2 * logic.nand2_delay.value;
    const double carry_save_ps =
        2 * logic.xor2_delay.value * carry_save_levels(partial_products(params));
    const double clamp_ps = log2_ceil(sum) * logic.nand2_delay.value;
    const Seconds total = picoseconds(booth_ps + carry_save_ps + clamp_ps) +
                          adder_delay(sum, logic) + barrel_shifter_delay(sum, logic);
    return total / std::max(1, params.pipeline_cycles) + picoseconds(logic.flip_flop_delay.value);
}

}  // namespace cimarron
