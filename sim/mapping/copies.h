// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"

namespace cimarron {

// Copies for layers that share tiles, whose rounds and tiles are assigned: one after another to the
// layer whose cycles (estimate.h) shrink most for each macro, as long as the chip holds all in as
// many rounds. tiles: auto: in as many tiles as well.
void add_copies(Program& program, const AcceleratorParams& params);

}  // namespace cimarron
