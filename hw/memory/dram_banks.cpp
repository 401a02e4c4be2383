// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/dram_banks.h"

#include "common/bits.h"

#include <algorithm>

namespace cimarron {

DramBanks::DramBanks(const DramParams& params)
    : params_(params),
      burst_cycles_(ceil_div(params.burst_bytes, params.bytes_per_cycle)),
      banks_(static_cast<std::size_t>(params.banks)) {}

std::int64_t DramBanks::serve(std::int64_t cycle, std::int64_t address, std::int64_t bytes,
                              bool write) {
    const std::int64_t burst = params_.burst_bytes;
    const std::int64_t first = address / burst;
    const std::int64_t end = (address + bytes + burst - 1) / burst;
    std::int64_t over = cycle;
    for (std::int64_t b = first; b < end; ++b) over = serve_burst(cycle, b * burst);
    (write ? activity_.bytes_written : activity_.bytes_read) += (end - first) * burst;
    activity_.busy_cycles += over - std::max(cycle, std::min(busy_until_, over));
    busy_until_ = std::max(busy_until_, over);
    return over;
}

std::int64_t DramBanks::serve_burst(std::int64_t cycle, std::int64_t address) {
    const std::int64_t row = address / params_.row_bytes;
    Bank& bank = banks_[static_cast<std::size_t>(row % params_.banks)];
    if (bank.row != row) {
        const int precharge = bank.row < 0 ? 0 : params_.precharge_cycles;
        bank.opened = std::max(cycle, bank.over) + precharge + params_.activate_cycles;
        bank.row = row;
        ++activity_.activations;
    }
    const std::int64_t command = std::max({cycle, next_command_, bank.opened});
    next_command_ = command + burst_cycles_;
    bank.over = command + params_.access_cycles + burst_cycles_;
    return bank.over;
}

}  // namespace cimarron
