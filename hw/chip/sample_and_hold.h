// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// One capacitor per column: holds the column value while the next slice settles.
// Absent (present = false), the array holds its columns until the last conversion of the step.
struct SampleAndHoldParams {
    bool present = true;
    int sample_cycles = 1;
};

struct SampleAndHoldActivity {
    std::int64_t samples = 0;  // columns sampled
};

}  // namespace cimarron
