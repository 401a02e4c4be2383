// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/accelerator_params.h"
#include "hw/accelerator/program.h"

namespace cimarron {

// Cycles of a placed stage by its recurrence (stage_timing.h) and, when it has several tiles, by
// their transfers over the bus, whichever is more.
std::int64_t estimated_cycles(const AcceleratorParams& params, const Stage& stage);

// mapping: auto. Gives the tiles that a program leaves free, a few at a time, to the stage that
// gains most cycles for each: fewer channels a tile mean more copies in it and fewer columns an
// ADC, fewer rows mean fewer windows. A sequential chip gains by the sum of its stages, a pipelined
// one by the slowest. The energy of an image falls with its time: what is done is the same, what
// leaks is less.
void balance(Program& program, const AcceleratorParams& params);

}  // namespace cimarron
