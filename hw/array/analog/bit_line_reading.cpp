// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/bit_line_reading.h"

#include "common/multiversion.h"
#include "hw/array/analog/column_currents.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cimarron {

namespace {

// 1 / x for x > 0 within 7e-6, from a guess by the exponent, whose error each of Newton's steps
// squares. A vector divides more slowly than it takes these few steps, and divider and square root
// are one unit.
inline CIMARRON_INLINE float reciprocal(float x) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    bits = 0x7ef30000u - bits;
    float y = 0;
    std::memcpy(&y, &bits, sizeof y);
    for (int step = 0; step < 2; ++step) y *= std::fma(-x, y, 2.0F);
    return y;
}

// S tanh(x) / x by its continued fraction in y = x^2, within 0.3 % up to x = 4.
inline CIMARRON_INLINE float after_ir_drop(float sum, float y) {
    const float above = std::fma(std::fma(y, 1.0F / 945, 1.0F / 9), y, 1.0F);
    const float below = std::fma(std::fma(y, 1.0F / 63, 4.0F / 9), y, 1.0F);
    return sum * (above * reciprocal(below));
}

template <bool kDrop, bool kNoise, int kColumns>
inline CIMARRON_INLINE void read(const BitLineReading& reading, int first, int columns,
                                 const float* __restrict moments, float* __restrict currents) {
    const int count = kColumns == 0 ? columns : kColumns;
#pragma GCC unroll 1
    for (int c = 0; c < count; ++c) {
        const float sum = currents[c];
        float current = sum;
        if (kDrop) {
            const float y = std::fma(reading.of_moment, moments[c], reading.of_sum * sum);
            current = after_ir_drop(sum, std::max(y, 0.0F));
        }
        if (kNoise) {
            const float variance =
                std::max(std::fma(sum, reading.of_current, reading.variance), 0.0F);
            current = std::fma(std::sqrt(variance), reading.noise.at(first + c), current);
        }
        currents[c] = current;
    }
}

// Of a batch, whose columns are as many as a constant says.
template <bool kDrop, bool kNoise, int kColumns>
inline CIMARRON_INLINE void read_all(const BatchReading& batch, const float* moments,
                                     float* currents) {
    BitLineReading reading = batch.common;
    for (int e = 0; e < batch.count; ++e, currents += kColumnStep) {
        if (kNoise) {
            reading.variance = static_cast<float>(batch.lines[e]) * batch.of_line;
            reading.noise = batch.noises[e];
        }
        if (kDrop) reading.of_sum = batch.wire * (batch.lead - batch.losses[e]);
        read<kDrop, kNoise, kColumns>(reading, batch.first, 0, moments, currents);
        if (kDrop) moments += kColumnStep;
    }
}

template <int kColumns>
inline CIMARRON_INLINE void read_effects(ReadEffects effects, const BatchReading& batch,
                                         const float* moments, float* currents) {
    if (effects.drop && effects.noise)
        read_all<true, true, kColumns>(batch, moments, currents);
    else if (effects.drop)
        read_all<true, false, kColumns>(batch, moments, currents);
    else if (effects.noise)
        read_all<false, true, kColumns>(batch, moments, currents);
}

}  // namespace

CIMARRON_MULTIVERSION
void read_bit_lines(ReadEffects effects, const BitLineReading& reading, int count,
                    const float* moments, float* currents) {
    if (effects.drop && effects.noise)
        read<true, true, 0>(reading, 0, count, moments, currents);
    else if (effects.drop)
        read<true, false, 0>(reading, 0, count, moments, currents);
    else if (effects.noise)
        read<false, true, 0>(reading, 0, count, moments, currents);
}

CIMARRON_MULTIVERSION
void read_batch(ReadEffects effects, const BatchReading& batch, bool few_columns,
                const float* moments, float* currents) {
    few_columns ? read_effects<kColumnStep / 2>(effects, batch, moments, currents)
                : read_effects<kColumnStep>(effects, batch, moments, currents);
}

}  // namespace cimarron
