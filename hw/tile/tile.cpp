// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile.h"

#include "common/error.h"
#include "hw/tile/post_rtl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>

namespace cimarron {

Tile::MacroPort::MacroPort(int index)
    : initiator(fmt::format("macro_initiator_{}", index).c_str()) {}

Tile::Tile(const sc_core::sc_module_name& name, const AcceleratorParams& params, const Stage& stage,
           const TilePlacement& placement, const Clock& clock, int stage_index,
           const ImageBegins& begins)
    : sc_module(name),
      params_(params),
      clock_(clock),
      datapath_(params.tile, stage, placement),
      schedule_(stage, placement),
      post_work_(post_work(params.tile, stage.mvm, placement)),
      queue_bits_(output_queue_bits(params.tile, stage, placement)),
      wheel_("steps", params.macro, clock),
      windows_(datapath_.band().windows()),
      stage_index_(stage_index),
      begins_(begins) {
    vector_target.register_b_transport(this, &Tile::receive);
    vector_initiator.register_nb_transport_bw(this, &Tile::sent);
    register_target.register_b_transport(this, &Tile::write_register);
    copies_.resize(static_cast<std::size_t>(placement.copies));
    for (int m = 0; m < placement.macro_count(); ++m) {
        const MacroPlacement& macro =
            placement.macros[static_cast<std::size_t>(m) % placement.macros.size()];
        const int number = placement.first_macro + m;
        macros_.push_back(std::make_unique<Macro>(
            fmt::format("macro_{}", number).c_str(), macro_params(params, placement.tile, number),
            macro, stage.mvm.weight_bits, clock, macro_instance(placement, m), &wheel_, &waits_));
        ports_.push_back(std::make_unique<MacroPort>(m));
        ports_.back()->initiator.register_nb_transport_bw(this, &Tile::macro_response, m);
        ports_.back()->initiator.bind(macros_.back()->command_target);
    }
    if (post_implementation(params, placement.tile) == Implementation::rtl) {
        if (macros_.front()->datapath().readout().off != 0)
            throw UserError(
                "tile.post_processing.implementation: rtl does not subtract the mean current of "
                "cells at 0 (non-idealities: compensation)");
        rtl_lanes_ = make_post_rtl(this->name(), params.tile.post_processing, clock);
        datapath_.set_lanes(*rtl_lanes_);
    }
    // Copies are written in step; the last one speaks for all.
    for (int m = 0; m < macros_per_copy(); ++m)
        macro(macros() - macros_per_copy() + m).on_row_written = [this, m] { on_written(m); };
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
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (vector.tensor == VectorExtension::kWeights) {
        receive_weights(vector, payload.get_data_ptr());
        return;
    }
    datapath_.receive(vector.tensor, vector.image,
                      {vector.first_pixel, vector.pixels, vector.first_channel, vector.channels,
                       payload.get_data_ptr()});
    arrival_path_ = vector.path;
    path_ = arrival_path_;
    count_under_way(vector, -1);
    if (!active_ && next_ready()) advance_event_.notify(sc_core::SC_ZERO_TIME);
}

void Tile::receive_weights(const VectorExtension& vector, const unsigned char* data) {
    if (vector.macro < 0) {
        set_affine(data);
        on_written(-1);
        return;
    }
    for (int m = vector.macro; m < macros(); m += macros_per_copy())
        blocking_write(*ports_[static_cast<std::size_t>(m)]->initiator.operator->(),
                       macro_address::kRows + static_cast<std::uint64_t>(vector.row), data,
                       static_cast<std::size_t>(vector.channels));
}

void Tile::pass_to_macros(std::uint64_t address, const unsigned char* data) {
    for (auto& port : ports_) blocking_write(*port->initiator.operator->(), address, data, 1);
}

void Tile::set_affine(const unsigned char* data) {
    std::vector<ChannelAffine> affine(static_cast<std::size_t>(datapath_.placement().channels));
    std::memcpy(affine.data(), data, sizeof(ChannelAffine) * affine.size());
    datapath_.set_affine({affine.data(), datapath_.placement().channels});
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
        pass_to_macros(macro_address::kEnable, payload.get_data_ptr());
    } else if (address == tile_address::kLoad) {
        pass_to_macros(macro_address::kLoad, payload.get_data_ptr());
    } else if (address == tile_address::kAffine && payload.get_data_length() == affine_bytes) {
        set_affine(payload.get_data_ptr());
    } else {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
}

bool Tile::next_ready() const {
    return datapath_.ready(image_of(fetches_), window_of(fetches_)) && turn();
}

bool Tile::turn() const {
    return running_ || std::none_of(sharing_.begin(), sharing_.end(),
                                    [](const Tile* other) { return other->running_; });
}

// Moves every window that can move; the order lets a freed step be filled in the same cycle.
void Tile::advance() {
    ++activations_;
    if (result_waits() && !post_busy_) hand_over();
    if (register_full_ && !copies_[static_cast<std::size_t>(copy_of(issued_))].busy) issue();
    if (!fetching_ && !register_full_ && next_ready()) fetch_next();
    tell_macros();
    if (!sending_ && !queue_.empty()) send();
    name_waits();
}

void Tile::expect(const VectorExtension& vector) {
    count_under_way(vector, 1);
}

void Tile::count_under_way(const VectorExtension& vector, int change) {
    const Stage& stage = datapath_.stage();
    const auto [pixel, first, channels] =
        std::tuple(vector.first_pixel, vector.first_channel, vector.channels);
    if (vector.tensor == stage.input && datapath_.input().takes(pixel, first, channels))
        inputs_under_way_ += change;
    if (vector.tensor == stage.residual && datapath_.residual().takes(pixel, first, channels))
        residuals_under_way_ += change;
    name_waits();
}

// Whether what the next window lacks is on its way; whether the queue or what comes before it holds
// results back.
void Tile::name_waits() {
    const std::int64_t image = image_of(fetches_);
    const int window = window_of(fetches_);
    const bool coming = (inputs_under_way_ > 0 && !datapath_.input_ready(image, window)) ||
                        (residuals_under_way_ > 0 && !datapath_.residual_ready(image, window));
    waits_.idle.set(coming ? &MacroCycles::wait_network : &MacroCycles::wait_dependency,
                    clock_.now());
    waits_.results.set(!post_blocked_ ? &MacroCycles::wait_accumulator
                       : no_room_     ? &MacroCycles::wait_output_buffer
                                      : &MacroCycles::wait_network,
                       clock_.now());
}

CriticalPath Tile::led_by(std::int64_t image,
                          std::initializer_list<const CriticalPath*> candidates) {
    for (const CriticalPath* path : candidates)
        if (now(*path)) return path_ = begins_.follow(*path, image, clock_.now());
    return path_ = begins_.follow(path_, image, clock_.now())
                       .then(stage_index_, PathCause::dependency, clock_.now());
}

void Tile::fetch_next() {
    fetching_ = true;
    fetch_path_ = led_by(image_of(fetches_), {&issue_path_, &arrival_path_, &turn_path_});
    const int window = window_of(fetches_);
    if (index_of(fetches_) == 0) started_ += clock_.now();
    if (!running_) tell(TileStep::start, 0);
    running_ = true;
    tell(TileStep::fetch, window);
    const int cycles = datapath_.fetch(image_of(fetches_), window);
    ++fetches_;
    fetch_event_.notify(clock_.cycles(cycles));
}

void Tile::fetched() {
    ++activations_;
    fetching_ = false;
    register_full_ = true;
    path_ = fetch_path_ = fetch_path_.then(stage_index_, PathCause::fetch, clock_.now());
    tell(TileStep::fetched, window_of(fetches_ - 1));
    datapath_.fetched(image_of(fetches_ - 1), window_of(fetches_ - 1));
    if (on_room) on_room(path_);
    advance();
}

// The next window goes to the copy whose turn it is.
void Tile::issue() {
    const int copy = copy_of(issued_);
    Copy& used = copies_[static_cast<std::size_t>(copy)];
    issue_path_ = led_by(image_of(issued_), {&fetch_path_, &used.path});
    used = {true, 0, issue_path_};
    ++issued_;
    register_full_ = false;
    datapath_.issue(copy);
    tell(TileStep::issue, window_of(issued_ - 1));
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
    if (++copy.macros_done < macros_per_copy()) return tlm::TLM_ACCEPTED;
    path_ = copy.path = copy.path.then(stage_index_, PathCause::mvm, clock_.now());
    advance_event_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_ACCEPTED;
}

// Results are taken in the order of windows, whichever copy is done first.
bool Tile::result_waits() {
    const Copy& copy = copies_[static_cast<std::size_t>(copy_of(handed_over_))];
    return copy.busy && copy.macros_done == macros_per_copy();
}

void Tile::hand_over() {
    const int copy = copy_of(handed_over_);
    CriticalPath& path = copies_[static_cast<std::size_t>(copy)].path;
    path = post_path_ = led_by(image_of(handed_over_), {&path, &post_path_, &send_path_});
    ++handed_over_;
    const auto port_of = [&](int m) -> MacroPort& {
        return *ports_[static_cast<std::size_t>(copy * macros_per_copy() + m)];
    };
    partial_sums_.clear();
    for (int m = 0; m < macros_per_copy(); ++m)
        partial_sums_.push_back({port_of(m).payload.extension.partial_sums->data(), 0});
    datapath_.collect(copy, 1, 1, partial_sums_, 0);
    for (int m = 0; m < macros_per_copy(); ++m) {
        MacroPort& port = port_of(m);
        tlm::tlm_phase phase = tlm::END_RESP;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        port.initiator->nb_transport_fw(port.payload.payload(), phase, delay);
        port.payload.payload().release();
    }
    copies_[static_cast<std::size_t>(copy)].busy = false;
    post_busy_ = true;
    tell(TileStep::hand_over, window_of(posted_));
    post_work_.quantized = schedule_.quantized(index_of(posted_));
    post_event_.notify(clock_.cycles(post_cycles(params_.tile.post_processing, post_work_)));
}

void Tile::posted() {
    ++activations_;
    datapath_.post_process(image_of(posted_), window_of(posted_), 0, 1,
                           macros_.front()->datapath().readout(), queue_);
    post_blocked_ = queue_.bits() > queue_bits_;
    post_busy_ = post_blocked_;
    tell(TileStep::posted, window_of(posted_));
    path_ = post_path_ = post_path_.then(stage_index_, PathCause::post_processing, clock_.now());
    ++posted_;
    if (on_room) on_room(path_);
    finish_if_idle();
    advance();
}

std::int64_t Tile::image_of_front() const {
    return sends_ / static_cast<std::int64_t>(schedule_.departures().size());
}

void Tile::send() {
    const OutputVector& vector = queue_.front();
    const StageOutput& output = datapath_.stage().outputs[static_cast<std::size_t>(vector.output)];
    no_room_ = has_room && !has_room(output.tensor, image_of_front(), vector.pixel);
    if (no_room_) return;
    sending_ = true;
    send_path_ = led_by(image_of_front(), {&room_path_, &send_path_, &post_path_});
    tell(TileStep::send, vector.pixel);
    VectorExtension& transfer = vector_payload_.extension;
    transfer.path = send_path_;
    transfer.stage = stage_index_;
    transfer.image = image_of_front();
    transfer.destination = first_destination + output.tensor;
    transfer.tensor = output.tensor;
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
    payload.release();
    sending_ = false;
    path_ = send_path_ = send_path_.then(stage_index_, PathCause::network, clock_.now());
    const int pixel = queue_.front().pixel;
    queue_.pop();
    ++sends_;
    if (sends_ % static_cast<std::int64_t>(schedule_.departures().size()) == 0)
        finished_ += clock_.now();
    tell(TileStep::sent, pixel);
    finish_if_idle();
    if (post_blocked_ && queue_.bits() <= queue_bits_) {
        post_blocked_ = false;
        post_busy_ = false;
        tell(TileStep::unblocked, window_of(posted_ - 1));
    }
    advance_event_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_COMPLETED;
}

void Tile::finish_if_idle() {
    if (!running_ || !idle()) return;
    running_ = false;
    tell(TileStep::idle, 0);
    for (Tile* other : sharing_) {
        other->turn_path_ = path_;
        other->advance_event_.notify(sc_core::SC_ZERO_TIME);
    }
    on_idle();
}

void Tile::retry(const CriticalPath& freed) {
    if (!no_room_) return;
    room_path_ = freed;
    advance_event_.notify(sc_core::SC_ZERO_TIME);
}

// A macro without work waits for its input while a window is on its way to it, otherwise for what
// the next window depends on.
void Tile::tell_macros() {
    const bool active = fetching_ || register_full_;
    if (active == active_) return;
    active_ = active;
    const unsigned char value = active ? 1 : 0;
    pass_to_macros(macro_address::kActive, &value);
}

}  // namespace cimarron
