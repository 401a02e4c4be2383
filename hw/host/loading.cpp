// SPDX-License-Identifier: Apache-2.0
#include "hw/host/loading.h"

#include "hw/host/register_map.h"
#include "hw/macro/mvm_transaction.h"
#include "hw/program/reload_plan.h"
#include "hw/program/weights.h"
#include "hw/tile/tile_registers.h"

namespace cimarron {

void load_dram(const Program& program, const DramParams& dram, const HostWrite& write) {
    for (const ReloadPlan& plan : reload_plans(program, dram.row_bytes)) {
        const std::vector<unsigned char> data = reload_data(program, plan);
        write(register_map::kDram + static_cast<std::uint64_t>(plan.address), data.data(),
              data.size());
    }
}

void load_program(const Program& program, const HostWrite& write) {
    std::uint64_t tile_base = register_map::kTiles;
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) {
            std::uint64_t macro_base = tile_base + tile_address::kMacros;
            for (int copy = 0; copy < tile.copies; ++copy)
                for (const MacroPlacement& macro : tile.macros) {
                    const std::vector<std::uint8_t> weights = macro_weights(stage.mvm, macro);
                    write(macro_base + macro_address::kWeights, weights.data(), weights.size());
                    macro_base += tile_address::kMacroSpan;
                }
            const ChannelAffine* affine = stage.mvm.affine.data() + tile.first_channel;
            write(tile_base + tile_address::kAffine, affine,
                  sizeof(ChannelAffine) * static_cast<std::size_t>(tile.channels));
            tile_base += register_map::kTileSpan;
        }
}

}  // namespace cimarron
