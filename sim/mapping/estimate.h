// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"

#include <cstdint>

namespace cimarron {

// Cycles of a placed stage: those of its slowest tile by the tile's recurrence (stage_timing.h)
// and, when it has several tiles, of their transfers over the bus, whichever is more.
std::int64_t estimated_cycles(const AcceleratorParams& params, const Stage& stage);

// What a placed stage counts for an image, of that which its placement changes: macros, input
// buffer and register, sums, the output buffer without poolings. From shapes, as the datapath
// counts; where data decides, half of the bits of codes and weights are 1.
AcceleratorActivity estimated_activity(const AcceleratorParams& params, const Stage& stage);

}  // namespace cimarron
