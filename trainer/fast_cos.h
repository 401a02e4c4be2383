// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/round_to_even.h"

#include <cmath>
#include <initializer_list>

namespace cimarron {

// cos(2 pi t) to 3e-7 for |t| < 2^21. Unlike the library's cosine it is no call, so that a loop
// over activations runs in vectors.
inline float cos_of_turns(float t) {
    const float turn = std::fabs(t - round_to_even(t));        // 0..1/2, exact
    const float x = 6.28318530717958647692F * (0.25F - turn);  // cos(2 pi turn) = sin(x)
    const float square = x * x;
    // Taylor's series of sin(x) / x; the first term left out is below 6e-8 on -pi/2..pi/2.
    float sum = -1.0F / 39916800;
    for (const float c : {1.0F / 362880, -1.0F / 5040, 1.0F / 120, -1.0F / 6, 1.0F}) {
        sum = sum * square + c;
    }
    return sum * x;
}

}  // namespace cimarron
