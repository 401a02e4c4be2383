// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// One DRAM channel beside the chip, with a row buffer for each bank. Times are cycles of the chip's
// clock (dram_timing, hw/cost/dram_cost.h).
struct DramParams {
    std::int64_t bytes = 0;  // 0: there is none
    int banks = 8;
    int row_bytes = 2048;
    int burst_bytes = 32;      // moved by one access, whole
    int pins = 16;             // data pins
    int activate_cycles = 1;   // opening a row, until it can be read or written
    int precharge_cycles = 1;  // closing it, until another can be opened
    int access_cycles = 1;     // from the command to the first byte
    int bytes_per_cycle = 1;   // while it transfers

    bool present() const { return bytes > 0; }
};

struct DramActivity {
    std::int64_t activations = 0;  // rows opened; each is closed again
    std::int64_t bytes_read = 0;
    std::int64_t bytes_written = 0;
    std::int64_t busy_cycles = 0;  // with a request at work
};

// What was done since.
inline DramActivity operator-(const DramActivity& now, const DramActivity& then) {
    return {now.activations - then.activations, now.bytes_read - then.bytes_read,
            now.bytes_written - then.bytes_written, now.busy_cycles - then.busy_cycles};
}

}  // namespace cimarron
