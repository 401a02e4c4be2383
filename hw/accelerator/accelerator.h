// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/round_control.h"
#include "hw/interconnect/interconnect.h"
#include "hw/memory/global_buffer.h"
#include "hw/tile/tile.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// The chip, with the tiles that a program uses. UserError when rtl_scope names something else. The
// host sees the registers and windows of register_map.h; the interrupt is kDone. A write of an
// image blocks until the global buffer has a place for it, a read of logits until there are some.
// Weights take one row of the array per write_cycles; everything else the global buffer's port per
// cycle. A program that does not fit has its weights in a DRAM, which the host fills, and loads
// them round by round for each image; tiles() are then those of all rounds.
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
    std::vector<std::unique_ptr<Tile>>& tiles() { return tiles_; }
    DramPort* dram_port() { return dram_port_.get(); }  // nullptr when weights stay
    // Cycles since which a tile's macros account for theirs; `since`: when weights stay.
    std::int64_t resident_cycles(const TilePlacement& tile, std::int64_t since) const;
    std::int64_t loading_cycles() const { return rounds_ ? rounds_->loading_cycles() : 0; }
    std::int64_t activations() const;
    std::int64_t macro_steps() const;
    // Of a stage, summed over the finished images: from its first window to its last vector.
    std::int64_t stage_cycles(std::size_t stage) const;
    // Of the image whose logits were read last, from its pixels taken to its logits read.
    const CriticalPath& critical_path() const { return critical_path_; }
    // Which blocks a stuck run waits for, and what each waits for.
    std::string waiting_for() const;

    // Shows every block in the waveform's scope, and at its top busy and done (register_map.h);
    // UserError when there is none.
    void record(Waveform& wave);

private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void access_tile(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void write_control(std::uint64_t value);
    bool busy() const;
    bool access_registers(tlm::tlm_generic_payload& payload);
    void update_done(const CriticalPath& last);
    void write_image(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void read_logits(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void connect_readers(const Program& program);
    void connect_shares();
    void connect_line_buffers(const Program& program);
    void check_rtl_scope() const;
    void connect_rounds(const Program& program);
    void keep_tensors(const Program& program);
    void progress(const CriticalPath& path);
    bool pipelined() const { return params_.tile.dataflow == Dataflow::pipelined; }
    void drive_interrupt();

    const AcceleratorParams params_;
    const Clock& clock_;
    std::vector<std::unique_ptr<Tile>> tiles_;
    std::vector<std::unique_ptr<tlm_utils::simple_initiator_socket<Accelerator>>> tile_ports_;
    std::vector<std::size_t> stage_tiles_;     // first tile of each stage, and the number of tiles
    std::vector<std::vector<Tile*>> readers_;  // per tensor
    std::unique_ptr<DramPort> dram_port_;
    std::unique_ptr<WeightLoader> weight_loader_;
    std::unique_ptr<RoundControl> rounds_;
    bool done_ = false;
    CriticalPath done_path_;  // of what made it so
    CriticalPath critical_path_;
    StatusTrace* trace_ = nullptr;  // the waveform has it

    sc_core::sc_event interrupt_changed_{"interrupt_changed"};
};

}  // namespace cimarron
