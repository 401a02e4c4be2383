// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile_macros.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

TileMacros::Port::Port(int index) : initiator(fmt::format("macro_initiator_{}", index).c_str()) {}

TileMacros::TileMacros(const AcceleratorParams& params, const Stage& stage,
                       const TilePlacement& placement, const Clock& clock, const MacroWaits& waits)
    : placement_(placement),
      wheel_("steps", params.macro, clock),
      copies_(static_cast<std::size_t>(placement.copies)) {
    for (int m = 0; m < placement.macro_count(); ++m) {
        const MacroPlacement& macro =
            placement.macros[static_cast<std::size_t>(m) % placement.macros.size()];
        const int number = placement.first_macro + m;
        macros_.push_back(std::make_unique<Macro>(
            fmt::format("macro_{}", number).c_str(), macro_params(params, placement.tile, number),
            macro, stage.mvm.weight_bits, clock, macro_instance(placement, m), &wheel_, &waits));
        ports_.push_back(std::make_unique<Port>(m));
        ports_.back()->initiator.register_nb_transport_bw(this, &TileMacros::response, m);
        ports_.back()->initiator.bind(macros_.back()->command_target);
    }
    // Copies are written in step; the last one speaks for all.
    for (int m = 0; m < per_copy(); ++m)
        macro(count() - per_copy() + m).on_row_written = [this, m] { on_row_written(m); };
}

void TileMacros::write_all(std::uint64_t address, unsigned char value) {
    for (auto& port : ports_) blocking_write(*port->initiator.operator->(), address, &value, 1);
}

void TileMacros::access(int macro, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    port(macro).initiator->b_transport(payload, delay);
}

void TileMacros::write_row(int macro, int row, const unsigned char* weights, int columns) {
    for (int m = macro; m < count(); m += per_copy())
        blocking_write(*port(m).initiator.operator->(),
                       macro_address::kRows + static_cast<std::uint64_t>(row), weights,
                       static_cast<std::size_t>(columns));
}

void TileMacros::begin(int copy, const TileDatapath& window) {
    for (int m = 0; m < per_copy(); ++m) {
        Port& port = this->port(copy * per_copy() + m);
        port.payload.extension.input_bits = window.input_bits();
        const auto rows =
            static_cast<std::size_t>(placement_.macros[static_cast<std::size_t>(m)].rows);
        tlm::tlm_generic_payload& payload =
            port.payload.write(macro_address::kMvm, window.macro_input(m), rows);
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        port.initiator->nb_transport_fw(payload, phase, delay);
    }
}

tlm::tlm_sync_enum TileMacros::response(int macro, tlm::tlm_generic_payload& /*payload*/,
                                        tlm::tlm_phase& phase, sc_core::sc_time& /*delay*/) {
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/tile", "unexpected phase");
    const int copy = macro / per_copy();
    if (++copies_[static_cast<std::size_t>(copy)].macros_done == per_copy()) on_done(copy);
    return tlm::TLM_ACCEPTED;
}

bool TileMacros::done(int copy) const {
    const Copy& state = copies_[static_cast<std::size_t>(copy)];
    return state.busy && state.macros_done == per_copy();
}

int TileMacros::busy_copies() const {
    return static_cast<int>(
        std::count_if(copies_.begin(), copies_.end(), [](const Copy& c) { return c.busy; }));
}

const std::vector<PartialSums>& TileMacros::results(int copy) {
    results_.clear();
    for (int m = 0; m < per_copy(); ++m)
        results_.push_back({port(copy * per_copy() + m).payload.extension.partial_sums->data(), 0});
    return results_;
}

void TileMacros::release(int copy) {
    for (int m = 0; m < per_copy(); ++m) {
        Port& port = this->port(copy * per_copy() + m);
        tlm::tlm_phase phase = tlm::END_RESP;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        port.initiator->nb_transport_fw(port.payload.payload(), phase, delay);
        port.payload.payload().release();
    }
    copies_[static_cast<std::size_t>(copy)].busy = false;
}

std::int64_t TileMacros::steps() const {
    std::int64_t sum = 0;
    for (const auto& macro : macros_) sum += macro->steps();
    return sum;
}

}  // namespace cimarron
