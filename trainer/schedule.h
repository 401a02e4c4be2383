// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace cimarron {

// One cycle: a straight rise to the peak over the first `warm_up` of the run, then half a cosine
// down to zero. progress in [0, 1).
inline double one_cycle(double peak, double warm_up, double progress) {
    constexpr double kPi = 3.14159265358979323846;
    if (progress < warm_up) return peak * progress / warm_up;
    return peak * 0.5 * (1 + std::cos(kPi * (progress - warm_up) / (1 - warm_up)));
}

}  // namespace cimarron
