// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/chip_tiles.h"
#include "hw/accelerator/round_control.h"
#include "hw/interconnect/interconnect.h"
#include "hw/memory/dram_port.h"
#include "hw/memory/global_buffer.h"
#include "hw/memory/weight_loader.h"

#include <functional>

namespace cimarron {

// What a chip has more when its program does not fit: the port to the DRAM, the loader of weights
// (the last block of the interconnect), the control of rounds, and tensors that the global buffer
// keeps between them. The modules become children of the module under construction.
class Reloading {
public:
    // on_progress: a tensor has arrived, led there by that path.
    Reloading(const AcceleratorParams& params, const Program& program, const Clock& clock,
              ChipTiles& tiles, GlobalBuffer& global_buffer, Interconnect& interconnect,
              const std::function<void(const CriticalPath&)>& on_progress);

    DramPort dram_port;
    WeightLoader weight_loader;
    RoundControl rounds;

private:
    void keep_tensors(const Program& program, const DramParams& dram, GlobalBuffer& global_buffer);
};

}  // namespace cimarron
