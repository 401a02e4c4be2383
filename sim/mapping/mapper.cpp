// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/mapper.h"

#include "common/bits.h"
#include "common/error.h"
#include "sim/mapping/learned_lsb.h"
#include "sim/mapping/placement.h"
#include "sim/mapping/round_assignment.h"
#include "sim/mapping/search.h"
#include "sim/mapping/stage_graph.h"

#include <fmt/format.h>

namespace cimarron {

Program map_network(const IntegerNetwork& network, const AcceleratorParams& params,
                    const MappingPrices* prices) {
    validate(network);
    validate(params);
    Program program = stage_graph(network);
    const int in_a_bank = ceil_div(image_places(params.tile.dataflow), params.global_buffer.banks);
    const std::int64_t image_bits = std::int64_t{network.input.size()} * network.input_bits *
                                    in_a_bank * params.global_buffer.banks;
    if (image_bits > std::int64_t{params.global_buffer.bytes} * 8)
        throw UserError(
            fmt::format("network {}: its image needs {} bytes, global_buffer.bytes is {}",
                        network.name, (image_bits + 7) / 8, params.global_buffer.bytes));
    for (Stage& stage : program.stages) place(stage, params);
    if (params.mapping == Mapping::energy && prices == nullptr)
        throw ModelError("mapping: energy without prices");
    if (params.mapping != Mapping::energy) prices = nullptr;
    if (params.mapping != Mapping::fill && program.blocks() <= params.tiles)
        search(program, params, prices);
    assign_rounds(program, params, prices);
    set_learned_lsb(program, network, params);
    return program;
}

}  // namespace cimarron
