// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// A shared bus: one transfer at a time, ceil(payload bits / width_bits) cycles, arbitration_cycles
// before each.
struct InterconnectParams {
    int width_bits = 64;
    int arbitration_cycles = 1;
};

struct InterconnectActivity {
    std::int64_t transfers = 0;
    std::int64_t flits = 0;         // width_bits wide
    std::int64_t payload_bits = 0;  // useful bits
};

}  // namespace cimarron
