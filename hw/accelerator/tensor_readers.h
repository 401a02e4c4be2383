// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/chip_tiles.h"
#include "hw/interconnect/interconnect.h"
#include "hw/memory/global_buffer.h"
#include "hw/program/program.h"

#include <vector>

namespace cimarron {

// The tiles that read each tensor, and what they and its senders tell each other beside the
// interconnect (a wire each).
class TensorReaders {
public:
    TensorReaders(const Program& program, ChipTiles& tiles);

    // Readers hear of what is offered to them.
    void hear_offers(Interconnect& interconnect);
    // Pipelined: senders ask their readers for room, and hear of it when there is more.
    void tell_room(const Program& program, ChipTiles& tiles, GlobalBuffer& global_buffer);

private:
    bool have_room(int tensor, std::int64_t image, int pixel) const;

    std::vector<std::vector<Tile*>> readers_;  // per tensor
};

}  // namespace cimarron
