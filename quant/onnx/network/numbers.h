// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace cimarron::foreign {

// A result of a few operations on floats as the float that exact arithmetic would give.
inline double as_in_file(double value) {
    const auto single = static_cast<double>(static_cast<float>(value));
    return std::abs(single - value) <= 1e-15 * std::abs(value) ? single : value;
}

// The same for whole numbers and halves, as zero points are.
inline double near_whole(double value) {
    const double whole = std::nearbyint(2 * value) / 2;
    return std::abs(whole - value) <= 1e-11 * std::fmax(1, std::abs(value)) ? whole + 0.0 : value;
}

}  // namespace cimarron::foreign
