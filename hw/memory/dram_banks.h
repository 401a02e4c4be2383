// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/dram.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// When a DRAM channel answers, as arithmetic over whole cycles. Requests are served in order, each
// as the bursts it touches; rows stay open until another of their bank is needed. Row r of the
// address space (address / row_bytes) is row r / banks of bank r mod banks. With
// t = ceil(burst_bytes / bytes_per_cycle), a burst that arrives at cycle a:
//   ready    = a                                                         its row is open
//            = max(a, the bank's last burst over) + activate_cycles      no row is
//            = the same + precharge_cycles                               another row is
//   command  = max(ready, the last command + t, the row's opening)
//   over     = command + access_cycles + t
// so that n bursts of an open row take access_cycles + n t, and a bank opens its row while others
// transfer. Refresh and the turn between reads and writes take no time.
class DramBanks {
public:
    explicit DramBanks(const DramParams& params);

    // The cycle at which the request's last byte has been transferred.
    std::int64_t serve(std::int64_t cycle, std::int64_t address, std::int64_t bytes, bool write);

    const DramActivity& activity() const { return activity_; }

private:
    struct Bank {
        std::int64_t row = -1;    // open, -1: none
        std::int64_t opened = 0;  // cycle from which it can be accessed
        std::int64_t over = 0;    // its last burst
    };
    std::int64_t serve_burst(std::int64_t cycle, std::int64_t address);

    const DramParams params_;
    const int burst_cycles_;
    std::vector<Bank> banks_;
    std::int64_t next_command_ = 0;
    std::int64_t busy_until_ = 0;
    DramActivity activity_;
};

}  // namespace cimarron
