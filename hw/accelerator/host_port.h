// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/chip_control.h"
#include "hw/accelerator/chip_tiles.h"
#include "hw/memory/dram_port.h"
#include "hw/memory/global_buffer.h"

#include <tlm>

namespace cimarron {

// What the host reads and writes: the address map of register_map.h. A write of an image blocks
// until the global buffer has a place for it, a read of logits until there are some; each takes the
// cycles of the global buffer's port, annotated.
class HostPort {
public:
    HostPort(const Clock& clock, ChipControl& control, GlobalBuffer& global_buffer,
             ChipTiles& tiles)
        : clock_(clock), control_(control), global_buffer_(global_buffer), tiles_(tiles) {}

    void set_dram(DramPort& dram_port) { dram_port_ = &dram_port; }
    void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

private:
    void access_tile(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void access_dram(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void write_image(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void read_logits(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    bool access_register(tlm::tlm_generic_payload& payload);

    const Clock& clock_;
    ChipControl& control_;
    GlobalBuffer& global_buffer_;
    ChipTiles& tiles_;
    DramPort* dram_port_ = nullptr;  // nullptr: none
};

}  // namespace cimarron
