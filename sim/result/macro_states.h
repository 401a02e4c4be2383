// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// What a macro can be doing in a cycle.
struct MacroState {
    const char* name;
    const char* meaning;
    std::int64_t MacroCycles::*cycles;
    const char* component;  // that it stalls for; nullptr: none
};

const std::vector<MacroState>& macro_states();

}  // namespace cimarron
