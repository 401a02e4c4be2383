// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/routes.h"

#include "hw/interconnect/route_tree.h"

namespace cimarron {

ProgramRoutes routes_of(const Program& program) {
    ProgramRoutes routes;
    routes.of_tensor.resize(program.tensors.size());
    for (const Stage& stage : program.stages)
        for (const TilePlacement& placement : stage.tiles) {
            const auto block = static_cast<int>(routes.tile_of_block.size());
            routes.of_tensor[static_cast<std::size_t>(stage.input)].push_back(block);
            if (stage.residual >= 0 && stage.residual != stage.input)
                routes.of_tensor[static_cast<std::size_t>(stage.residual)].push_back(block);
            routes.tile_of_block.push_back(placement.tile);
        }
    routes.of_tensor.back() = {static_cast<int>(routes.tile_of_block.size())};
    routes.tile_of_block.push_back(kGlobalBufferTile);
    return routes;
}

}  // namespace cimarron
