// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/sram_buffer.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

#include <string>

namespace cimarron {

// One buffer, of banks in the closed form of hw/technology/technology.h; a read or a write is one
// port access.
ComponentCost sram_buffer_cost(const std::string& name, const SramBufferParams& params,
                               const Technology& technology);
ComponentCount sram_buffer_count(const std::string& name, const SramBufferActivity& activity);

Seconds access_time(const SramBufferParams& params, const Technology& technology);

}  // namespace cimarron
