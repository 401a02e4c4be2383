// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/control_cost.h"

#include "common/bits.h"
#include "hw/technology/logic.h"

namespace cimarron {

namespace {

constexpr const char* kName = "macro.control";
constexpr int kStateBits = 3;    // the states of MacroCycles
constexpr int kGatesPerBit = 8;  // next-state logic and increment

struct Counters {
    int groups, group_bits, mux_bits, slice_bits;

    int bits() const { return kStateBits + group_bits + mux_bits + slice_bits; }
};

Counters counters(const MacroParams& params) {
    const int groups = ceil_div(params.array.rows, params.array.rows_active);
    const int slices = ceil_div(kMaxInputBits, params.word_line_driver.dac_bits);
    return {groups, log2_ceil(groups), log2_ceil(params.adc.columns_per_adc), log2_ceil(slices)};
}

}  // namespace

ComponentCost control_cost(const MacroParams& params, const Technology& technology) {
    const Counters c = counters(params);
    const Gates sequencer = flip_flops(c.bits()) + nand2s(kGatesPerBit * c.bits());
    const Gates decoders =
        nand2s(1.0 * c.groups * c.group_bits + 1.0 * params.adc.columns_per_adc * c.mux_bits);
    const Gates switching = sequencer + nand2s(2.0 * (c.group_bits + c.mux_bits));
    return {kName,
            1,
            area(sequencer + decoders, technology),
            leakage(sequencer + decoders, technology),
            {{"step", switching_energy(switching, technology)}}};
}

ComponentCount control_count(const MacroActivity& activity) {
    return {kName, {{"step", activity.control_steps}}};
}

}  // namespace cimarron
