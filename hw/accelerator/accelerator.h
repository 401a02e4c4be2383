// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/chip_control.h"
#include "hw/accelerator/chip_tiles.h"
#include "hw/accelerator/host_port.h"
#include "hw/accelerator/reloading.h"
#include "hw/accelerator/tensor_readers.h"
#include "hw/interconnect/interconnect.h"
#include "hw/memory/global_buffer.h"

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// The chip, with the tiles that a program uses. UserError when rtl_scope names something else. The
// host sees the registers and windows of register_map.h; the interrupt is kDone. Weights take one
// row of the array per write_cycles; everything else the global buffer's port per cycle. A program
// that does not fit has its weights in a DRAM, which the host fills, and loads them round by round
// for each image; tiles() are then those of all rounds.
class Accelerator : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Accelerator);
    Accelerator(const sc_core::sc_module_name& name, const AcceleratorParams& params,
                const Program& program, const Clock& clock);

    tlm_utils::simple_target_socket<Accelerator> host_target{"host_target"};
    sc_core::sc_out<bool> interrupt{"interrupt"};

private:
    ImageBegins begins_;

public:
    GlobalBuffer global_buffer;
    Interconnect interconnect;

    // Tiles in placement order, stage after stage.
    std::vector<std::unique_ptr<Tile>>& tiles() { return tiles_.all(); }
    DramPort* dram_port() { return reloading_ ? &reloading_->dram_port : nullptr; }
    // Cycles since which a tile's macros account for theirs; `since`: when weights stay.
    std::int64_t resident_cycles(const TilePlacement& tile, std::int64_t since) const;
    std::int64_t loading_cycles() const;
    std::int64_t activations() const;
    std::int64_t macro_steps() const { return tiles_.macro_steps(); }
    // Of a stage, summed over the finished images: from its first window to its last vector.
    std::int64_t stage_cycles(std::size_t stage) const { return tiles_.stage_cycles(stage); }
    // Of the image whose logits were read last, from its pixels taken to its logits read.
    const CriticalPath& critical_path() const { return control_.critical_path(); }
    // Which blocks a stuck run waits for, and what each waits for.
    std::string waiting_for() const;

    // Shows every block in the waveform's scope, and at its top busy and done (register_map.h);
    // UserError when there is none.
    void record(Waveform& wave);

private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void drive_interrupt();

    const Clock& clock_;
    ChipTiles tiles_;
    TensorReaders readers_;
    ChipControl control_;
    HostPort host_port_;
    std::unique_ptr<Reloading> reloading_;  // nullptr: weights stay

    sc_core::sc_event interrupt_changed_{"interrupt_changed"};
};

}  // namespace cimarron
