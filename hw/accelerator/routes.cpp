// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/routes.h"

#include "hw/chip/activity_sum.h"
#include "hw/interconnect/route_tree.h"

namespace cimarron {

ProgramRoutes routes_of(const Program& program) {
    ProgramRoutes routes;
    const auto tensors = static_cast<int>(program.tensors.size());
    routes.of_destination.resize(
        static_cast<std::size_t>(tensor_destination(program, program.rounds, 0)));
    const auto blocks_of = [&](int round, int tensor) -> std::vector<int>& {
        return routes
            .of_destination[static_cast<std::size_t>(tensor_destination(program, round, tensor))];
    };
    for (const Stage& stage : program.stages)
        for (const TilePlacement& placement : stage.tiles) {
            const auto block = static_cast<int>(routes.tile_of_block.size());
            blocks_of(placement.round, stage.input).push_back(block);
            if (stage.residual >= 0 && stage.residual != stage.input)
                blocks_of(placement.round, stage.residual).push_back(block);
            routes.tile_of_block.push_back(placement.tile);
        }
    for (int round = 0; round < program.rounds; ++round)
        for (int t = 0; t < tensors; ++t) {
            const bool logits = t == tensors - 1;
            if (program.made_in(t, round) && (logits || program.tensor(t).kept))
                blocks_of(round, t).push_back(global_buffer_block(program));
        }
    routes.tile_of_block.push_back(kGlobalBufferTile);
    if (!program.reloads()) return routes;
    for (int block = 0; block < program.blocks(); ++block) routes.of_destination.push_back({block});
    routes.tile_of_block.push_back(kGlobalBufferTile);
    return routes;
}

const InterconnectActivity& TrafficSum::of(int round, int tensor) const {
    return of_destination_[static_cast<std::size_t>(tensor_destination(program_, round, tensor))];
}

InterconnectActivity TrafficSum::of_stage(const Stage& stage) const {
    InterconnectActivity sum;
    for (const StageOutput& output : stage.outputs)
        for (int round = stage.first_round(); round <= stage.last_round(); ++round)
            sum += of(round, output.tensor);
    return sum;
}

InterconnectActivity TrafficSum::of_global_buffer() const {
    InterconnectActivity sum;
    for (int round = 0; round < program_.rounds; ++round)
        for (const int tensor : program_.sent_in(round)) sum += of(round, tensor);
    return sum;
}

InterconnectActivity TrafficSum::of_weights() const {
    InterconnectActivity sum;
    for (std::size_t d = static_cast<std::size_t>(weight_destination(program_, 0));
         d < of_destination_.size(); ++d)
        sum += of_destination_[d];
    return sum;
}

}  // namespace cimarron
