// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/sram_buffer.h"
#include "hw/common/clock.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cimarron {

// The accesses of an SRAM, ceil(bits / port_bits) for so many bits, and its banks, each of which
// serves one at a time, in the order in which they ask.
class SramBanks {
public:
    SramBanks(const SramBufferParams& params, const Clock& clock)
        : port_bits_(params.port_bits),
          clock_(clock),
          free_(static_cast<std::size_t>(params.banks)) {}

    // They count, and return the accesses.
    std::int64_t read(std::int64_t bits) {
        activity_.reads += accesses(bits);
        return accesses(bits);
    }
    std::int64_t write(std::int64_t bits) {
        activity_.writes += accesses(bits);
        return accesses(bits);
    }
    // Cycles from now until bank `place` mod banks has done so many accesses, after those before.
    std::int64_t occupy(std::int64_t place, std::int64_t accesses) {
        std::int64_t& free = free_[static_cast<std::size_t>(place) % free_.size()];
        free = std::max(free, clock_.now()) + accesses;
        return free - clock_.now();
    }
    const SramBufferActivity& activity() const { return activity_; }

private:
    std::int64_t accesses(std::int64_t bits) const { return (bits + port_bits_ - 1) / port_bits_; }

    const std::int64_t port_bits_;
    const Clock& clock_;
    std::vector<std::int64_t> free_;  // of each bank: from that cycle on
    SramBufferActivity activity_;
};

}  // namespace cimarron
