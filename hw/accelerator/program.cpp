// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/program.h"

namespace cimarron {

int Program::tiles_used() const {
    std::size_t tiles = 0;
    for (const Stage& stage : stages) tiles += stage.tiles.size();
    return static_cast<int>(tiles);
}

int Program::macros_used() const {
    int macros = 0;
    for (const Stage& stage : stages)
        for (const TilePlacement& tile : stage.tiles) macros += tile.macro_count();
    return macros;
}

}  // namespace cimarron
