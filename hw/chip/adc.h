// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// How the code range covers the column range 0..C, C = rows_active * (2^dac_bits - 1).
enum class FullScale {
    unit_lsb,    // LSB = one cell unit; counts above 2^bits - 1 clip
    rows,        // 2^bits - 1 codes over 0..C; LSB = C / (2^bits - 1), at least 1
    calibrated,  // each layer's own LSB, from the counts its columns carry (adc_calibration.h)
    learned,     // each layer's own LSB, which comes with the network
};

inline bool per_layer(FullScale scale) {
    return scale == FullScale::calibrated || scale == FullScale::learned;
}

// sar: one bit a step, from an array of capacitors. cyclic: one bit a step, reusing one capacitor.
// flash: all codes at once. ramp: one code a step, up to the last.
// sense_amplifier: a flash of one bit, and of one bit only.
enum class AdcType { sar, cyclic, flash, ramp, sense_amplifier };

struct AdcParams {
    AdcType type = AdcType::sar;
    int bits = 8;
    FullScale full_scale = FullScale::unit_lsb;
    int columns_per_adc = 8;
    int conversion_cycles = 1;
};

// Comparisons one after another in a conversion: what its time is proportional to.
inline int conversion_steps(const AdcParams& params) {
    switch (params.type) {
        case AdcType::sar:
        case AdcType::cyclic:
            return params.bits;
        case AdcType::ramp:
            return 1 << params.bits;
        case AdcType::flash:
        case AdcType::sense_amplifier:
            break;
    }
    return 1;
}

struct AdcActivity {
    std::int64_t conversions = 0;
    std::int64_t clipped = 0;   // counts beyond the last code
    std::int64_t code_sum = 0;  // sum of codes (checks, data-dependent pricing)
};

}  // namespace cimarron
