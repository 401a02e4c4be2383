// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile.h"

#include "hw/tile/tile_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cimarron {

Tile::MacroPort::MacroPort(int index)
    : initiator(fmt::format("macro_initiator_{}", index).c_str()) {}

Tile::Tile(const sc_core::sc_module_name& name, const AcceleratorParams& params, const Stage& stage,
           const TilePlacement& placement, const Clock& clock)
    : sc_module(name),
      params_(params),
      clock_(clock),
      datapath_(params.tile, stage, placement),
      schedule_(stage),
      post_work_(post_work(params.tile, stage.mvm, placement)),
      queue_bits_(output_queue_bits(params.tile, stage, placement)) {
    vector_target.register_b_transport(this, &Tile::receive);
    vector_initiator.register_nb_transport_bw(this, &Tile::sent);
    register_target.register_b_transport(this, &Tile::write_register);
    copies_.resize(static_cast<std::size_t>(placement.copies));
    for (int m = 0; m < placement.macro_count(); ++m) {
        const MacroPlacement& macro =
            placement.macros[static_cast<std::size_t>(m) % placement.macros.size()];
        macros_.push_back(std::make_unique<Macro>(fmt::format("macro_{}", m).c_str(), params.macro,
                                                  macro, stage.mvm.weight_bits, clock,
                                                  macro_instance(placement, m)));
        ports_.push_back(std::make_unique<MacroPort>(m));
        ports_.back()->initiator.register_nb_transport_bw(this, &Tile::macro_response, m);
        ports_.back()->initiator.bind(macros_.back()->command_target);
    }
    SC_METHOD(advance);
    sensitive << advance_event_;
    dont_initialize();
    SC_METHOD(fetched);
    sensitive << fetch_event_;
    dont_initialize();
    SC_METHOD(posted);
    sensitive << post_event_;
    dont_initialize();
}

void Tile::receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    const auto& vector = *payload.get_extension<VectorExtension>();
    announce();
    const bool was_complete = datapath_.complete();
    datapath_.receive(vector.destination, vector.first_pixel, vector.pixels, vector.first_channel,
                      vector.channels, payload.get_data_ptr());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    // Vectors that only other tiles keep may still follow the last one that counts.
    if (!was_complete && datapath_.complete()) start();
}

void Tile::write_register(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    const auto affine_bytes =
        sizeof(ChannelAffine) * static_cast<std::size_t>(datapath_.placement().channels);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (address >= tile_address::kMacros) {
        const std::uint64_t offset = address - tile_address::kMacros;
        const std::uint64_t macro = offset / tile_address::kMacroSpan;
        if (macro >= ports_.size()) {
            payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
            return;
        }
        payload.set_address(offset % tile_address::kMacroSpan);
        ports_[macro]->initiator->b_transport(payload, delay);
        payload.set_address(address);
    } else if (address == tile_address::kEnable) {
        for (auto& port : ports_)
            blocking_write(*port->initiator.operator->(), macro_address::kEnable,
                           payload.get_data_ptr(), 1);
    } else if (address == tile_address::kAffine && payload.get_data_length() == affine_bytes) {
        std::vector<ChannelAffine> affine(static_cast<std::size_t>(datapath_.placement().channels));
        std::memcpy(affine.data(), payload.get_data_ptr(), affine_bytes);
        datapath_.set_affine(std::move(affine));
    } else {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
}

void Tile::start() {
    started_ = clock_.now();
    running_ = true;
    next_fetch_ = 0;
    issued_ = 0;
    handed_over_ = 0;
    set_active(true);
    tell(TileStep::start, 0);
    advance_event_.notify(sc_core::SC_ZERO_TIME);
}

// Moves every window that can move; the order lets a freed step be filled in the same cycle.
void Tile::advance() {
    ++activations_;
    announce();
    if (result_waits() && !post_busy_) hand_over();
    if (register_full_ && !copy_of(issued_).busy) issue();
    if (running_ && !fetching_ && !register_full_ && next_fetch_ < datapath_.windows())
        fetch_next();
    if (!sending_ && !queue_.empty()) send();
}

void Tile::fetch_next() {
    fetching_ = true;
    tell(TileStep::fetch, next_fetch_);
    fetch_event_.notify(clock_.cycles(datapath_.fetch(next_fetch_++)));
}

void Tile::fetched() {
    ++activations_;
    announce();
    fetching_ = false;
    register_full_ = true;
    tell(TileStep::fetched, next_fetch_ - 1);
    advance();
}

// The next window goes to the copy whose turn it is.
void Tile::issue() {
    const auto copy = static_cast<int>(issued_ % static_cast<int>(copies_.size()));
    copies_[static_cast<std::size_t>(copy)] = {true, 0};
    ++issued_;
    register_full_ = false;
    datapath_.issue(copy);
    tell(TileStep::issue, issued_ - 1);
    for (int m = 0; m < macros_per_copy(); ++m) {
        MacroPort& port = *ports_[static_cast<std::size_t>(copy * macros_per_copy() + m)];
        port.payload.extension.input_bits = datapath_.input_bits();
        const MacroPlacement& placement = datapath_.placement().macros[static_cast<std::size_t>(m)];
        tlm::tlm_generic_payload& payload =
            port.payload.write(macro_address::kMvm, datapath_.macro_input(m),
                               static_cast<std::size_t>(placement.rows));
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        port.initiator->nb_transport_fw(payload, phase, delay);
    }
}

tlm::tlm_sync_enum Tile::macro_response(int macro, tlm::tlm_generic_payload& /*payload*/,
                                        tlm::tlm_phase& phase, sc_core::sc_time& /*delay*/) {
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/tile", "unexpected phase");
    Copy& copy = copies_[static_cast<std::size_t>(macro / macros_per_copy())];
    if (++copy.macros_done == macros_per_copy()) advance_event_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_ACCEPTED;
}

// Results are taken in the order of windows, whichever copy is done first.
bool Tile::result_waits() {
    const Copy& copy = copy_of(handed_over_);
    return copy.busy && copy.macros_done == macros_per_copy();
}

void Tile::hand_over() {
    const auto copy = static_cast<int>(handed_over_ % static_cast<int>(copies_.size()));
    ++handed_over_;
    datapath_.begin_collect(copy);
    if (handed_over_ == datapath_.windows()) set_active(false);
    for (int m = 0; m < macros_per_copy(); ++m) {
        MacroPort& port = *ports_[static_cast<std::size_t>(copy * macros_per_copy() + m)];
        datapath_.collect(m, port.payload.extension.partial_sums->data());
        tlm::tlm_phase phase = tlm::END_RESP;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        port.initiator->nb_transport_fw(port.payload.payload(), phase, delay);
        port.payload.payload().release();
    }
    copies_[static_cast<std::size_t>(copy)].busy = false;
    post_busy_ = true;
    tell(TileStep::hand_over, handed_over_ - 1);
    post_work_.quantized = schedule_.quantized(handed_over_ - 1);
    post_event_.notify(clock_.cycles(post_cycles(params_.tile.post_processing, post_work_)));
}

void Tile::posted() {
    ++activations_;
    announce();
    datapath_.post_process(handed_over_ - 1, macros_.front()->datapath().readout(), queue_);
    post_blocked_ = queue_.bits() > queue_bits_;
    post_busy_ = post_blocked_;
    tell(TileStep::posted, handed_over_ - 1);
    if (handed_over_ == datapath_.windows()) {
        running_ = false;
        datapath_.clear();
        finish_if_idle();
    }
    advance();
}

void Tile::send() {
    sending_ = true;
    const OutputVector& vector = queue_.front();
    tell(TileStep::send, vector.pixel);
    const StageOutput& output = datapath_.stage().outputs[static_cast<std::size_t>(vector.output)];
    VectorExtension& transfer = vector_payload_.extension;
    transfer.destination = output.tensor;
    transfer.first_pixel = vector.pixel;
    transfer.pixels = 1;
    transfer.first_channel = datapath_.placement().first_channel;
    transfer.channels = datapath_.placement().channels;
    transfer.bits_per_code = wire_bits(output.bits);
    tlm::tlm_generic_payload& payload =
        vector_payload_.write(0, vector.payload.data(), vector.payload.size());
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_initiator->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum Tile::sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& /*delay*/) {
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/tile", "unexpected phase");
    announce();
    payload.release();
    sending_ = false;
    last_sent_ = clock_.now();
    const int pixel = queue_.front().pixel;
    queue_.pop();
    tell(TileStep::sent, pixel);
    finish_if_idle();
    if (post_blocked_ && queue_.bits() <= queue_bits_) {
        post_blocked_ = false;
        post_busy_ = false;
        tell(TileStep::unblocked, handed_over_ - 1);
    }
    advance_event_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_COMPLETED;
}

void Tile::finish_if_idle() {
    if (!idle()) return;
    tell(TileStep::idle, 0);
    on_idle();
}

void Tile::set_active(bool active) {
    const unsigned char value = active ? 1 : 0;
    for (auto& port : ports_)
        blocking_write(*port->initiator.operator->(), macro_address::kActive, &value, 1);
}

TileStatus Tile::status() const {
    TileStatus s;
    s.running = running_;
    s.fetching = fetching_;
    s.register_full = register_full_;
    s.post_processing = post_busy_;
    s.post_blocked = post_blocked_;
    s.sending = sending_;
    s.fetched = next_fetch_;
    s.issued = issued_;
    s.handed_over = handed_over_;
    s.busy_copies = static_cast<int>(
        std::count_if(copies_.begin(), copies_.end(), [](const Copy& c) { return c.busy; }));
    s.queued_bits = queue_.bits();
    return s;
}

void Tile::record(Waveform& wave) {
    auto trace = std::make_unique<TileTrace>(
        wave, name(), [this] { return status(); }, [this] { return datapath_.activity(); });
    observe(*trace);
    wave.keep(std::move(trace));
}

std::int64_t Tile::activations() const {
    std::int64_t sum = activations_;
    for (const auto& macro : macros_) sum += macro->activations();
    return sum;
}

std::string Tile::waiting_for() const {
    if (sending_) return fmt::format("{} for the interconnect", name());
    if (post_blocked_) return fmt::format("{} for room in its output queue", name());
    if (running_)
        return fmt::format("{} for window {} of {}", name(), handed_over_, datapath_.windows());
    if (datapath_.input().partly_filled())
        return fmt::format("{} for the rest of its input map", name());
    if (datapath_.input().complete()) return fmt::format("{} for the rest of its residual", name());
    return {};
}

}  // namespace cimarron
