// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/program.h"

namespace cimarron {

GroupRange groups_of(const MvmLayer& layer, int first_channel, int channels) {
    const int per_group = layer.output.channels / layer.groups;
    const int first = first_channel / per_group;
    return {first, (first_channel + channels - 1) / per_group + 1 - first};
}

std::vector<int> Program::readers(int tensor) const {
    std::vector<int> found;
    for (std::size_t s = 0; s < stages.size(); ++s)
        if (stages[s].input == tensor || stages[s].residual == tensor)
            found.push_back(static_cast<int>(s));
    return found;
}

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
