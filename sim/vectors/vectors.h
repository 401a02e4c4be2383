// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/rtl/golden_vectors.h"
#include "sim/config/run_config.h"

#include <string>

namespace cimarron {

// What one macro, tile_T.macro_M, does in a run: its weights and the input vectors of the first
// `mvms` MVMs of the first image, back to back. UserError when the run has no such macro. Runs one
// simulation.
VectorWork macro_work(const RunConfig& config, const std::string& scope, int mvms);

}  // namespace cimarron
