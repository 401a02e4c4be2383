// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// Rounds |v| < 2^22 to the nearest, ties to even: adding 1.5 * 2^23 leaves no fraction bits.
// std::nearbyint would be a library call per element on plain x86-64.
inline float round_to_even(float v) {
    constexpr float kShift = 12582912.0F;
    return (v + kShift) - kShift;
}

}  // namespace cimarron
