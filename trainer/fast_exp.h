// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cimarron {

// e^x to 3e-7 of itself for x in -87..88, and its value at the nearer end outside. Unlike the
// library's it is no call, so that a loop over activations runs in vectors.
inline float fast_exp(float x) {
    constexpr float kLog2E = 1.44269504F;
    constexpr float kLn2High = 0.693359375F;  // few bits: a product with an exponent is exact
    constexpr float kLn2Low = -2.12194440e-4F;
    constexpr float kShift = 12582912.0F;  // 1.5 * 2^23: adding it leaves no fraction bits
    const float clamped = std::min(std::max(x, -87.0F), 88.0F);
    const float shifted = clamped * kLog2E + kShift;
    const float n = shifted - kShift;
    const float r = (clamped - n * kLn2High) - n * kLn2Low;
    // Taylor's series; the first term left out is below 1e-8 on -ln(2)/2..ln(2)/2.
    float sum = 1.0F / 5040;
    for (const float c : {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F}) {
        sum = sum * r + c;
    }
    std::uint32_t bits = 0;  // n in the lowest ones, which become the exponent of 2^n
    std::memcpy(&bits, &shifted, sizeof(bits));
    bits = (bits + 127) << 23;
    float scale = 0;
    std::memcpy(&scale, &bits, sizeof(scale));
    return sum * scale;
}

}  // namespace cimarron
