// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/reloading.h"

#include "hw/accelerator/routes.h"

namespace cimarron {

namespace {

std::vector<int> weight_destinations(const Program& program) {
    std::vector<int> destinations;
    for (int block = 0; block < program.blocks(); ++block)
        destinations.push_back(weight_destination(program, block));
    return destinations;
}

std::vector<Tile*> blocks_of(ChipTiles& tiles) {
    std::vector<Tile*> blocks;
    for (auto& tile : tiles.all()) blocks.push_back(tile.get());
    return blocks;
}

}  // namespace

Reloading::Reloading(const AcceleratorParams& params, const Program& program, const Clock& clock,
                     ChipTiles& tiles, GlobalBuffer& global_buffer, Interconnect& interconnect,
                     const std::function<void(const CriticalPath&)>& on_progress)
    : dram_port("dram_port", params.dram, clock),
      weight_loader("weight_loader", params.dram, dram_port, program, weight_destinations(program)),
      rounds(program, blocks_of(tiles), global_buffer, weight_loader, clock) {
    weight_loader.vector_initiator.bind(interconnect.vector_target);
    rounds.write = [&tiles](std::size_t block, std::uint64_t address, unsigned char value) {
        tiles.write(block, address, value);
    };
    keep_tensors(program, params.dram, global_buffer);
    global_buffer.on_kept = [&global_buffer, on_progress] {
        on_progress(global_buffer.kept_path());
    };
    global_buffer.on_room = [&tiles, &global_buffer] {
        for (auto& tile : tiles.all()) tile->pipeline().retry(global_buffer.kept_path());
    };
    int block = 0;
    for (auto& tile : tiles.all()) {
        tile->on_written = [this, block](int macro) { weight_loader.written(block, macro); };
        tile->pipeline().has_room = [&global_buffer](int tensor, std::int64_t, int pixel) {
            return global_buffer.admits(tensor, pixel);
        };
        ++block;
    }
}

void Reloading::keep_tensors(const Program& program, const DramParams& dram,
                             GlobalBuffer& global_buffer) {
    global_buffer.keep_image();
    const std::vector<DramTensor> in_dram = dram_tensors(program, dram);
    for (int t = 1; t < static_cast<int>(program.tensors.size()); ++t) {
        const Tensor& tensor = program.tensor(t);
        if (!tensor.kept) continue;
        std::unique_ptr<SpilledTensor> spilled;
        if (tensor.in_dram)
            spilled = std::make_unique<SpilledTensor>(
                dram_port, tensor, in_dram[static_cast<std::size_t>(t)], program.staged_rows(t));
        global_buffer.keep(t, tensor, std::move(spilled));
    }
}

}  // namespace cimarron
