// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// A single-ported SRAM: one access of port_bits per cycle.
struct SramBufferParams {
    int bytes = 8192;
    int port_bits = 64;
};

struct SramBufferActivity {
    std::int64_t reads = 0;   // port accesses
    std::int64_t writes = 0;  // port accesses
};

}  // namespace cimarron
