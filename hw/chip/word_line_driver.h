// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// One driver (a dac_bits DAC) per word line.
struct WordLineDriverParams {
    int dac_bits = 1;
    int drive_cycles = 1;   // input register to word line
    int settle_cycles = 1;  // word line to stable column
};

struct WordLineDriverActivity {
    std::int64_t drives = 0;        // evaluations
    std::int64_t active_lines = 0;  // word lines raised (non-zero DAC code)
    std::int64_t code_units = 0;    // sum of DAC codes (equals active_lines for 1-bit DACs)
};

}  // namespace cimarron
