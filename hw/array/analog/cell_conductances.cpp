// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/cell_conductances.h"

#include "common/multiversion.h"
#include "hw/array/analog/column_currents.h"
#include "hw/chip/noise_streams.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cimarron {

namespace {

// exp(x) within 2e-7 of its value for |x| < 87, in operations that vectorize: 2^n 2^f, f at most a
// half, by its Taylor series.
inline CIMARRON_INLINE float exponential(float x) {
    constexpr float kLog2E = 1.442695041F;
    constexpr float kBound = 125;
    constexpr std::int32_t kBias = 127;
    const float t = std::min(std::max(x * kLog2E, -kBound), kBound);
    const std::int32_t n = static_cast<std::int32_t>(t + (kBias + 0.5F)) - kBias;
    const float f = (t - static_cast<float>(n)) * 0.693147181F;
    float power = std::fma(1.0F / 720, f, 1.0F / 120);
    power = std::fma(power, f, 1.0F / 24);
    power = std::fma(power, f, 1.0F / 6);
    power = std::fma(power, f, 1.0F / 2);
    power = std::fma(std::fma(power, f, 1.0F), f, 1.0F);
    const std::int32_t bits = (n + kBias) << 23;
    float scale = 0;
    std::memcpy(&scale, &bits, sizeof scale);
    return power * scale;
}

// One number for cells at 0, and what those at 1 have more.
struct ByState {
    ByState(double at_0, double at_1)
        : off(static_cast<float>(at_0)), step(static_cast<float>(at_1 - at_0)) {}
    CIMARRON_INLINE float of(float on) const { return off + on * step; }
    float off, step;
};

std::uint64_t row_key(std::uint64_t key, NoiseStream stream, int row) {
    return derive_key(stream_key(key, stream), static_cast<std::uint64_t>(row));
}

CIMARRON_MULTIVERSION
void draw(ByState nominal, ByState sigma, ByState drift, const NormalLanes& variation,
          const NormalLanes& exponents, const NoiseLanes& rounding, const float* on, int count,
          std::uint16_t* steps) {
    constexpr float kMost = kLargestConductance;
    for (int c = 0; c < count; ++c) {
        const auto index = static_cast<std::uint32_t>(c);
        const float s = sigma.of(on[c]);
        const float nu = std::max(0.0F, 1 + exponents.at(index));
        const float x = s * variation.at(index) - s * s * 0.5F - drift.of(on[c]) * nu;
        const float conductance = nominal.of(on[c]) * exponential(x);
        // In 1/4096 of a step, so that whole steps stay what they are.
        const float fraction = static_cast<float>(rounding.bits(index) >> 20) * 0x1p-12F;
        const float kept = std::min(conductance * kConductanceSteps + fraction, kMost);
        steps[c] = static_cast<std::uint16_t>(static_cast<std::int32_t>(kept));
    }
}

}  // namespace

void draw_conductances(const CellNonIdealities& cell, std::uint64_t key, int row, const float* on,
                       int count, std::uint16_t* steps) {
    const NormalLanes variation(row_key(key, NoiseStream::conductance, row));
    const NormalLanes exponents(row_key(key, NoiseStream::drift, row),
                                static_cast<float>(cell.drift_sigma));
    const NoiseLanes rounding(row_key(key, NoiseStream::rounding, row));
    draw({cell.off_conductance, cell.off_conductance + 1}, {cell.sigma_off, cell.sigma_on},
         {cell.drift_off * cell.drift_log_time, cell.drift_on * cell.drift_log_time}, variation,
         exponents, rounding, on, count, steps);
}

}  // namespace cimarron
