// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro.h"

#include "hw/macro/macro_rtl.h"

namespace cimarron {

Macro::Macro(const sc_core::sc_module_name& name, const MacroParams& params,
             const MacroPlacement& placement, int weight_bits, const Clock& clock,
             std::uint64_t instance, TimingWheel* wheel, const MacroWaits* waits)
    : sc_module(name),
      params_(params),
      clock_(clock),
      own_wheel_(wheel == nullptr ? std::make_unique<TimingWheel>("steps", params, clock)
                                  : nullptr),
      wheel_(wheel == nullptr ? *own_wheel_ : *wheel),
      waits_(waits == nullptr ? own_waits_ : *waits),
      datapath_(params, placement, weight_bits, instance) {
    if (params.implementation == Implementation::rtl) {
        rtl_ = make_macro_rtl(this->name(), params_, datapath_, *this);
        digital_ = rtl_.get();
    }
    command_target.register_b_transport(this, &Macro::b_transport);
    command_target.register_nb_transport_fw(this, &Macro::nb_transport_fw);
    SC_METHOD(finish_row);
    sensitive << row_written_;
    dont_initialize();
}

void Macro::record(Waveform& wave) {
    auto trace = std::make_unique<MacroTrace>(wave, name(), datapath_, params_);
    trace_ = trace.get();
    wave.keep(std::move(trace));
}

void Macro::inject(Fault fault) {
    if (fault == Fault::lose_cycle)
        lose_cycle_ = true;
    else
        datapath_.inject(fault);
    digital_->inject(fault);
}

void Macro::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const unsigned char* data = payload.get_data_ptr();
    const MacroPlacement& placement = datapath_.placement();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    switch (payload.get_address()) {
        case macro_address::kEnable:
            if (data[0] == 0) {
                ledger_.stop(clock_.now());
                if (timeline_ != nullptr) timeline_->stop(clock_.now());
                break;
            }
            book(&MacroCycles::wait_dependency, &waits_.idle);
            ledger_.start(clock_.now());
            if (timeline_ != nullptr) timeline_->start(clock_.now());
            break;
        case macro_address::kLoad:
            book(&MacroCycles::wait_dram);
            break;
        case macro_address::kActive:
            active_ = data[0] != 0;
            if (request_ == nullptr) book_idle();
            break;
        case macro_address::kWeights:
            if (payload.get_data_length() !=
                static_cast<unsigned>(placement.rows * placement.channels)) {
                payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
                break;
            }
            datapath_.program(data);
            delay += clock_.cycles(std::int64_t{placement.rows} * params_.array.write_cycles);
            break;
        default: {
            const std::uint64_t row = payload.get_address() - macro_address::kRows;
            if (row >= static_cast<std::uint64_t>(placement.rows))
                payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
            else if (payload.get_data_length() != static_cast<unsigned>(placement.channels))
                payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
            else
                write_row(static_cast<int>(row), data);
        }
    }
}

void Macro::write_row(int row, const std::uint8_t* codes) {
    const MacroPlacement& placement = datapath_.placement();
    new_weights_.resize(static_cast<std::size_t>(placement.rows * placement.channels));
    for (int o = 0; o < placement.channels; ++o)
        new_weights_[static_cast<std::size_t>(o * placement.rows + row)] = codes[o];
    book(&MacroCycles::programming);
    row_written_.notify(clock_.cycles(params_.array.write_cycles));
}

void Macro::finish_row() {
    const bool last = ++rows_written_ == datapath_.placement().rows;
    if (last) {
        rows_written_ = 0;
        datapath_.program(new_weights_.data());
    }
    if (last)
        book(&MacroCycles::wait_dependency, &waits_.idle);
    else
        book(&MacroCycles::wait_dram);
    if (on_row_written) on_row_written();
}

tlm::tlm_sync_enum Macro::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                          sc_core::sc_time& /*delay*/) {
    if (phase == tlm::BEGIN_REQ) {
        if (request_ != nullptr)
            SC_REPORT_FATAL("cimarron/macro", "BEGIN_REQ while an MVM is in progress");
        begin(payload);
        return tlm::TLM_ACCEPTED;
    }
    if (phase != tlm::END_RESP) SC_REPORT_FATAL("cimarron/macro", "unexpected phase");
    digital_->taken();
    request_->release();
    request_ = nullptr;
    book_idle();
    return tlm::TLM_COMPLETED;
}

void Macro::begin(tlm::tlm_generic_payload& payload) {
    payload.acquire();
    request_ = &payload;
    const auto* mvm = payload.get_extension<MvmExtension>();
    datapath_.load(payload.get_data_ptr(), mvm->input_bits);
    if (on_mvm) on_mvm(payload.get_data_ptr(), mvm->input_bits);
    book(&MacroCycles::evaluating);
    if (lose_cycle_) {
        ledger_.lose_one();
        lose_cycle_ = false;
    }
    digital_->begin();
}

void Macro::step(Timer timer) {
    ++steps_;
    if (rtl_)
        timer == Timer::word_lines ? rtl_->step_word_lines() : rtl_->step_converter();
    else  // inlined: the hot path
        timer == Timer::word_lines ? sequencer_.step_word_lines() : sequencer_.step_converter();
}

void Macro::book_idle() {
    if (active_)
        book(&MacroCycles::wait_input);
    else
        book(&MacroCycles::wait_dependency, &waits_.idle);
}

void Macro::book(CycleLedger::State state, const WaitClock* clock) {
    ledger_.enter(state, clock_.now(), clock);
    if (trace_ != nullptr) trace_->booked(state);
    if (timeline_ != nullptr) timeline_->booked(state, clock_.now());
}

void Macro::wake(Timer timer, int cycles) {
    wheel_.wake(*this, timer, cycles);
}

void Macro::word_lines(WordLines state, int slice, int group) {
    if (trace_ != nullptr) trace_->word_lines(state, slice, group);
}

void Macro::settled(int slice, int group) {
    datapath_.evaluate(slice, group);
    if (trace_ != nullptr) trace_->evaluated();
}

void Macro::sampled(int slice, int group) {
    datapath_.sample();
    if (trace_ != nullptr) trace_->conversion_begins(slice, group);
    book(params_.kind == MacroKind::digital ? &MacroCycles::evaluating : &MacroCycles::converting);
}

void Macro::convert(int slice, int position) {
    datapath_.convert(slice, position);
    if (trace_ != nullptr) trace_->converted(position);
}

void Macro::converted(bool last_evaluation) {
    if (trace_ != nullptr) trace_->conversion_ends();
    book(last_evaluation ? &MacroCycles::accumulating : &MacroCycles::evaluating);
}

void Macro::finished() {
    book(&MacroCycles::wait_accumulator, &waits_.results);
    if (trace_ != nullptr) trace_->finished();
    request_->get_extension<MvmExtension>()->partial_sums = &digital_->partial_sums();
    request_->set_response_status(tlm::TLM_OK_RESPONSE);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    command_target->nb_transport_bw(*request_, phase, delay);
}

}  // namespace cimarron
