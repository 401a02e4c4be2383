// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/accelerator.h"

#include "common/error.h"
#include "hw/accelerator/routes.h"

#include <fmt/format.h>

namespace cimarron {

Accelerator::Accelerator(const sc_core::sc_module_name& name, const AcceleratorParams& params,
                         const Program& program, const Clock& clock)
    : sc_module(name),
      global_buffer("global_buffer", params.global_buffer, image_places(params.tile.dataflow),
                    program.image().shape, program.image().bits, program.logits().shape, clock,
                    begins_),
      interconnect("interconnect", params.interconnect, clock),
      clock_(clock),
      tiles_(params, program, clock, begins_, interconnect),
      readers_(program, tiles_),
      control_(params.tile.dataflow, clock, global_buffer, tiles_),
      host_port_(clock, control_, global_buffer, tiles_) {
    host_target.register_b_transport(this, &Accelerator::b_transport);
    global_buffer.vector_initiator.bind(interconnect.vector_target);
    interconnect.vector_initiator.bind(global_buffer.vector_target);
    if (program.reloads()) {
        reloading_ = std::make_unique<Reloading>(
            params, program, clock, tiles_, global_buffer, interconnect,
            [this](const CriticalPath& path) { control_.progress(path); });
        control_.set_rounds(reloading_->rounds);
        host_port_.set_dram(reloading_->dram_port);
    }
    ProgramRoutes routes = routes_of(program);
    interconnect.set_routes(params.tiles, std::move(routes.tile_of_block),
                            std::move(routes.of_destination));
    readers_.hear_offers(interconnect);
    if (params.tile.dataflow == Dataflow::pipelined)
        readers_.tell_room(program, tiles_, global_buffer);
    control_.on_done_changed = [this] { interrupt_changed_.notify(sc_core::SC_ZERO_TIME); };
    SC_METHOD(drive_interrupt);
    sensitive << interrupt_changed_;
    dont_initialize();
}

void Accelerator::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    host_port_.access(payload, delay);
}

// The port's only writer: SystemC allows a signal one driving process.
void Accelerator::drive_interrupt() {
    interrupt.write(control_.done());
}

std::int64_t Accelerator::resident_cycles(const TilePlacement& tile, std::int64_t since) const {
    return reloading_ ? reloading_->rounds.resident_cycles(tile.round) : clock_.now() - since;
}

std::int64_t Accelerator::loading_cycles() const {
    return reloading_ ? reloading_->rounds.loading_cycles() : 0;
}

std::int64_t Accelerator::activations() const {
    return global_buffer.activations() + interconnect.activations() + tiles_.activations() +
           (reloading_ ? reloading_->weight_loader.activations() : 0);
}

std::string Accelerator::waiting_for() const {
    std::string all;
    const auto add = [&all](const std::string& what) {
        if (!what.empty()) all += (all.empty() ? "" : "; ") + what;
    };
    if (reloading_) {
        add(reloading_->weight_loader.waiting_for());
        add(reloading_->dram_port.waiting_for());
    }
    add(global_buffer.waiting_for());
    for (const auto& tile : tiles_.all()) add(tile->waiting_for());
    add(interconnect.waiting_for());
    return all;
}

void Accelerator::record(Waveform& wave) {
    if (wave.covers(name())) control_.record(wave, name());
    if (wave.covers(global_buffer.name())) global_buffer.record(wave);
    if (wave.covers(interconnect.name())) interconnect.record(wave);
    tiles_.record(wave);
    if (wave.empty())
        throw UserError(fmt::format("trace scope {}: nothing at or below it; there is {}",
                                    wave.options().scope, tiles_.all().front()->macro(0).name()));
}

}  // namespace cimarron
