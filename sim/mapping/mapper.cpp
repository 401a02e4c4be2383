// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/mapper.h"

#include "common/bits.h"
#include "common/error.h"
#include "sim/mapping/placement.h"
#include "sim/mapping/search.h"
#include "sim/mapping/stage_graph.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

void number_tiles(Program& program) {
    int next = 0;
    for (Stage& stage : program.stages)
        for (TilePlacement& tile : stage.tiles) tile.tile = next++;
}

}  // namespace

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
    if (program.tiles_used() > params.tiles)
        throw UserError(fmt::format("network {}: needs {} tiles, {} {} (raise {} or tile.macros)",
                                    network.name, program.tiles_used(),
                                    params.fit_tiles ? "max_area_mm2 holds" : "the accelerator has",
                                    params.tiles, params.fit_tiles ? "it" : "tiles"));
    if (params.mapping == Mapping::energy && prices == nullptr)
        throw ModelError("mapping: energy without prices");
    if (params.mapping != Mapping::fill)
        search(program, params, params.mapping == Mapping::energy ? prices : nullptr);
    number_tiles(program);
    return program;
}

}  // namespace cimarron
