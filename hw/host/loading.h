// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/dram.h"
#include "hw/program/program.h"

#include <cstddef>
#include <cstdint>
#include <functional>

namespace cimarron {

// What a host writes before the first image, in order: every macro's weights and every tile's
// coefficients, to the addresses of register_map.h.
using HostWrite = std::function<void(std::uint64_t address, const void* data, std::size_t bytes)>;
void load_program(const Program& program, const HostWrite& write);
// Where they are reloaded instead: what the DRAM holds of each round (reload_plan.h).
void load_dram(const Program& program, const DramParams& dram, const HostWrite& write);

}  // namespace cimarron
