// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// Single-ported SRAM: one access of port_bits per cycle, in each bank.
struct SramBufferParams {
    int bytes = 8192;  // of all banks
    int port_bits = 64;
    int banks = 1;
};

struct SramBufferActivity {
    std::int64_t reads = 0;   // port accesses
    std::int64_t writes = 0;  // port accesses
};

}  // namespace cimarron
