// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro.h"

namespace cimarron {

Macro::Macro(const sc_core::sc_module_name& name, const MacroParams& params,
             const MacroPlacement& placement, int weight_bits, const Clock& clock)
    : sc_module(name), params_(params), clock_(clock), datapath_(params, placement, weight_bits) {
    command_target.register_b_transport(this, &Macro::b_transport);
    command_target.register_nb_transport_fw(this, &Macro::nb_transport_fw);
    SC_METHOD(step_word_lines);
    sensitive << word_line_step_;
    dont_initialize();
    SC_METHOD(step_converter);
    sensitive << converter_step_;
    dont_initialize();
}

void Macro::inject(Fault fault) {
    if (fault == Fault::lose_cycle)
        lose_cycle_ = true;
    else
        datapath_.inject(fault);
}

void Macro::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const unsigned char* data = payload.get_data_ptr();
    const MacroPlacement& placement = datapath_.placement();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    switch (payload.get_address()) {
        case macro_address::kEnable:
            ledger_.start(clock_.now());
            break;
        case macro_address::kActive:
            active_ = data[0] != 0;
            book(active_ ? &MacroCycles::wait_input : &MacroCycles::wait_dependency);
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
        default:
            payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
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
    request_->release();
    request_ = nullptr;
    book(active_ ? &MacroCycles::wait_input : &MacroCycles::wait_dependency);
    return tlm::TLM_COMPLETED;
}

void Macro::begin(tlm::tlm_generic_payload& payload) {
    payload.acquire();
    request_ = &payload;
    const auto* mvm = payload.get_extension<MvmExtension>();
    datapath_.load(payload.get_data_ptr(), mvm->input_bits);
    slice_ = 0;
    group_ = 0;
    book(&MacroCycles::evaluating);
    if (lose_cycle_) {
        ledger_.lose_one();
        lose_cycle_ = false;
    }
    drive();
}

void Macro::drive() {
    enter(WordLines::driving);
    word_line_step_.notify(clock_.cycles(params_.word_line_driver.drive_cycles));
}

void Macro::step_word_lines() {
    ++activations_;
    switch (word_lines_) {
        case WordLines::driving:
            enter(WordLines::settling);
            word_line_step_.notify(clock_.cycles(params_.word_line_driver.settle_cycles));
            break;
        case WordLines::settling:
            settled();
            break;
        case WordLines::sampling: {
            begin_conversion();
            if (last_evaluation_)
                enter(WordLines::idle);
            else
                drive();
            break;
        }
        default:
            SC_REPORT_FATAL("cimarron/macro", "word-line step in a waiting state");
    }
}

void Macro::settled() {
    datapath_.evaluate(slice_, group_);
    if (trace_) trace_->evaluated(clock_.now());
    if (!params_.sample_and_hold.present) {
        begin_conversion();
        enter(WordLines::holding);
    } else if (converting_) {
        enter(WordLines::wait_sample);
    } else {
        begin_sample();
    }
}

void Macro::begin_sample() {
    enter(WordLines::sampling);
    word_line_step_.notify(clock_.cycles(params_.sample_and_hold.sample_cycles));
}

void Macro::begin_conversion() {
    datapath_.sample();
    converting_ = true;
    converted_slice_ = slice_;
    position_ = 0;
    if (trace_) trace_->conversion_begins(slice_, group_, clock_.now());
    if (++group_ == datapath_.groups()) {
        group_ = 0;
        ++slice_;
    }
    last_evaluation_ = slice_ == datapath_.slices();
    book(&MacroCycles::converting);
    converter_step_.notify(clock_.cycles(params_.adc.conversion_cycles));
}

void Macro::step_converter() {
    ++activations_;
    if (accumulating_) {
        accumulating_ = false;
        finish();
        return;
    }
    datapath_.convert(converted_slice_, position_);
    if (trace_) trace_->converted(position_, clock_.now());
    if (++position_ < datapath_.mux_positions())
        converter_step_.notify(clock_.cycles(params_.adc.conversion_cycles));
    else
        conversions_done();
}

void Macro::conversions_done() {
    converting_ = false;
    if (trace_) trace_->conversion_ends(clock_.now());
    if (last_evaluation_) {
        enter(WordLines::idle);
        book(&MacroCycles::accumulating);
        accumulating_ = true;
        converter_step_.notify(clock_.cycles(params_.shift_adder.add_cycles));
        return;
    }
    book(&MacroCycles::evaluating);
    if (word_lines_ == WordLines::holding)
        drive();
    else if (word_lines_ == WordLines::wait_sample)
        begin_sample();
}

void Macro::finish() {
    last_evaluation_ = false;
    book(&MacroCycles::wait_output);
    if (trace_) trace_->finished(clock_.now());
    request_->get_extension<MvmExtension>()->partial_sums = &datapath_.partial_sums();
    request_->set_response_status(tlm::TLM_OK_RESPONSE);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    command_target->nb_transport_bw(*request_, phase, delay);
}

void Macro::enter(WordLines state) {
    word_lines_ = state;
    if (trace_) trace_->word_lines(static_cast<int>(state), slice_, group_, clock_.now());
}

}  // namespace cimarron
