// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/program.h"

namespace cimarron {

int Program::tiles_used() const {
    std::size_t tiles = 0;
    for (const Stage& stage : stages) tiles += stage.tiles.size();
    return static_cast<int>(tiles);
}

int Program::macros_used() const {
    std::size_t macros = 0;
    for (const Stage& stage : stages)
        for (const TilePlacement& tile : stage.tiles) macros += tile.macros.size();
    return static_cast<int>(macros);
}

}  // namespace cimarron
