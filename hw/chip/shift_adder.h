// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// One per ADC: accumulates code << (input slice's weight + weight bit slice) into its column's
// register.
struct ShiftAdderParams {
    int accumulator_bits = 24;
    int add_cycles = 1;
};

struct ShiftAdderActivity {
    std::int64_t additions = 0;
};

}  // namespace cimarron
