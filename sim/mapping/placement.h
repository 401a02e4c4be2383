// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/accelerator_params.h"
#include "hw/accelerator/program.h"

namespace cimarron {

// Unrolls a stage's MVM layer onto row tiles x column tiles of macros, its channels spread over
// `tiles` tiles (1: as few as will do), and fills each tile with copies (tile.duplicate). Tiles get
// no numbers yet. Throws UserError when the stage does not fit.
void place(Stage& stage, const AcceleratorParams& params, int tiles);

}  // namespace cimarron
