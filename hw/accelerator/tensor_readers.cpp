// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/tensor_readers.h"

#include <algorithm>

namespace cimarron {

namespace {

// Who makes what a stage reads.
struct Senders {
    std::vector<Tile*> tiles;
    bool global_buffer = false;
};

Senders senders_to(const Stage& stage, const Program& program, const ChipTiles& tiles) {
    Senders senders;
    for (const int tensor : {stage.input, stage.residual}) {
        if (tensor < 0) continue;
        const int from = program.tensor(tensor).stage;
        if (from < 0) {
            senders.global_buffer = true;
            continue;
        }
        const std::vector<Tile*> of_stage = tiles.of_stage(static_cast<std::size_t>(from));
        senders.tiles.insert(senders.tiles.end(), of_stage.begin(), of_stage.end());
    }
    return senders;
}

}  // namespace

TensorReaders::TensorReaders(const Program& program, ChipTiles& tiles)
    : readers_(program.tensors.size()) {
    for (std::size_t t = 0; t < readers_.size(); ++t)
        for (const int stage : program.readers(static_cast<int>(t))) {
            const std::vector<Tile*> of_stage = tiles.of_stage(static_cast<std::size_t>(stage));
            readers_[t].insert(readers_[t].end(), of_stage.begin(), of_stage.end());
        }
}

void TensorReaders::hear_offers(Interconnect& interconnect) {
    interconnect.on_offer = [this](const VectorExtension& vector) {
        if (vector.tensor == VectorExtension::kWeights) return;
        for (Tile* tile : readers_[static_cast<std::size_t>(vector.tensor)])
            if (tile->first_destination + vector.tensor == vector.destination)
                tile->pipeline().expect(vector);
    };
}

bool TensorReaders::have_room(int tensor, std::int64_t image, int pixel) const {
    const auto& readers = readers_[static_cast<std::size_t>(tensor)];
    return std::all_of(readers.begin(), readers.end(), [&](const Tile* tile) {
        return tile->datapath().has_room(tensor, image, pixel);
    });
}

void TensorReaders::tell_room(const Program& program, ChipTiles& tiles,
                              GlobalBuffer& global_buffer) {
    global_buffer.has_room = [this](std::int64_t image, int pixel) {
        return have_room(0, image, pixel);
    };
    for (std::size_t s = 0; s < program.stages.size(); ++s) {
        const Senders senders = senders_to(program.stages[s], program, tiles);
        for (Tile* tile : tiles.of_stage(s)) {
            tile->pipeline().has_room = [this](int tensor, std::int64_t image, int pixel) {
                return have_room(tensor, image, pixel);
            };
            tile->pipeline().on_room = [senders, &global_buffer](const CriticalPath& freed) {
                for (Tile* sender : senders.tiles) sender->pipeline().retry(freed);
                if (senders.global_buffer) global_buffer.retry(freed);
            };
        }
    }
}

}  // namespace cimarron
