// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

namespace cimarron {

// The smallest value a constant may have.
constexpr double kPositive = std::numeric_limits<double>::min();
constexpr double kNotNegative = 0;
constexpr double kAny = std::numeric_limits<double>::lowest();

// What the lists of constants say of each.
struct ConstantKey {
    const char* section;  // of the file; "" at its top
    const char* name;
    const char* unit;  // the one that formulas expect
    double least;
    const char* meaning;
};

}  // namespace cimarron
