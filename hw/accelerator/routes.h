// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/program.h"

#include <vector>

namespace cimarron {

// Who sends and receives over the interconnect: blocks are the tiles in placement order, then the
// global buffer.
struct ProgramRoutes {
    std::vector<int> tile_of_block;           // kGlobalBufferTile for the global buffer
    std::vector<std::vector<int>> of_tensor;  // blocks that read each tensor, in order
};
ProgramRoutes routes_of(const Program& program);

}  // namespace cimarron
