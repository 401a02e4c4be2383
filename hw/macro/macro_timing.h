// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"
#include "hw/chip/macro.h"

#include <algorithm>

namespace cimarron {

// One MVM in whole cycles. With S input slices, G row groups, K = S * G evaluations,
//   front      = drive_cycles + settle_cycles
//   conversion = mux positions * conversion_cycles,  mux positions = ceil(columns used / ADCs)
// with sample-and-hold the next evaluation settles while this one converts:
//   front + K * sample_cycles + (K - 1) * max(front, conversion) + conversion + add_cycles
// without it the array holds its columns until the last conversion:
//   K * (front + conversion) + add_cycles
// A digital macro takes in one evaluation a cycle and combines the bit columns of weights at last:
//   K + adder_tree.pipeline_cycles - 1 + kCombineCycles
// which is the first formula with the parameters of set_digital_steps().
struct MvmTiming {
    std::int64_t evaluations = 0;  // K
    std::int64_t front = 0;
    std::int64_t conversion = 0;
    std::int64_t total = 0;
};

inline MvmTiming mvm_timing(const MacroParams& p, int rows_used, int columns_used, int input_bits) {
    MvmTiming t;
    t.evaluations = std::int64_t{ceil_div(input_bits, p.word_line_driver.dac_bits)} *
                    ceil_div(rows_used, p.array.rows_active);
    t.front = p.word_line_driver.drive_cycles + p.word_line_driver.settle_cycles;
    t.conversion = std::int64_t{ceil_div(columns_used, p.adcs())} * p.adc.conversion_cycles;
    t.total = p.sample_and_hold.present
                  ? t.front + t.evaluations * p.sample_and_hold.sample_cycles +
                        (t.evaluations - 1) * std::max(t.front, t.conversion) + t.conversion
                  : t.evaluations * (t.front + t.conversion);
    t.total += p.shift_adder.add_cycles;
    return t;
}

}  // namespace cimarron
