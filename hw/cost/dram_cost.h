// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/dram.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// activation: a row opened and closed. byte_read, byte_written: eight times (array and column path,
// and the driver of the line, the DRAM's or the chip's). What it draws idle and to refresh stands
// as leakage. It is no part of the chip: its area is 0.
ComponentCost dram_cost(const DramParams& params, const Technology& technology);
ComponentCount dram_count(const DramActivity& activity);

// Cycles of its times, rounded up, and bytes a cycle, rounded down but never below one.
struct DramTiming {
    int activate_cycles = 1;
    int precharge_cycles = 1;
    int access_cycles = 1;
    int bytes_per_cycle = 1;
};
// UserError when the pins do not give a byte a cycle.
DramTiming dram_timing(const DramParams& params, Seconds clock_period,
                       const Technology& technology);

}  // namespace cimarron
