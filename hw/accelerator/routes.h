// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/interconnect.h"
#include "hw/program/program.h"

#include <vector>

namespace cimarron {

// Who sends and receives over the interconnect: blocks are the tiles in placement order, the global
// buffer and, where weights are reloaded, the weight loader beside it. Destinations: each tensor in
// each round, then each tile alone.
struct ProgramRoutes {
    std::vector<int> tile_of_block;                // kGlobalBufferTile where no tile is
    std::vector<std::vector<int>> of_destination;  // blocks that take it, in order
};
ProgramRoutes routes_of(const Program& program);

// Activity of the interconnect by who sent it, from that of its destinations.
class TrafficSum {
public:
    TrafficSum(const Program& program, const std::vector<InterconnectActivity>& of_destination)
        : program_(program), of_destination_(of_destination) {}

    InterconnectActivity of_stage(const Stage& stage) const;
    InterconnectActivity of_global_buffer() const;
    InterconnectActivity of_weights() const;

private:
    const InterconnectActivity& of(int round, int tensor) const;

    const Program& program_;
    const std::vector<InterconnectActivity>& of_destination_;
};

inline int tensor_destination(const Program& program, int round, int tensor) {
    return round * static_cast<int>(program.tensors.size()) + tensor;
}
inline int weight_destination(const Program& program, int block) {
    return tensor_destination(program, program.rounds, 0) + block;
}
inline int global_buffer_block(const Program& program) {
    return program.blocks();
}
inline int weight_loader_block(const Program& program) {
    return program.blocks() + 1;
}

}  // namespace cimarron
