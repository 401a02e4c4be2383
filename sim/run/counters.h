// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

// One counter of the chip's activity, under the name of the component that did it.
struct Counter {
    const char* component;
    const char* name;
    std::int64_t value = 0;
    bool timed = false;  // depends on when things happen: a run without time has none
};

// Every counter there is, in a fixed order.
std::vector<Counter> counters(const AcceleratorActivity& activity);

// "macro.adc.conversions: 3 and 4" for the first that differs but the timed ones, empty when equal.
std::string first_difference(const AcceleratorActivity& a, const AcceleratorActivity& b);

}  // namespace cimarron
