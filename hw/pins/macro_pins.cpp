// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/macro_pins.h"

namespace cimarron {

MacroPins::MacroPins(const sc_core::sc_module_name& name, const MacroParams& params,
                     const MacroPlacement& placement, int weight_bits, int input_bits,
                     const Clock& clock)
    : PinModule(name, clock),
      input_code("input_code", static_cast<std::size_t>(placement.rows)),
      partial_sum("partial_sum", static_cast<std::size_t>(placement.channels)),
      macro("macro", params, placement, weight_bits, clock),
      codes_(static_cast<std::size_t>(placement.rows)) {
    SC_HAS_PROCESS(MacroPins);
    payload_.extension.input_bits = input_bits;
    initiator_.bind(macro.command_target);
    initiator_.register_nb_transport_bw(this, &MacroPins::respond);
    SC_METHOD(show_ready);
    sensitive << busy_changed_ << response_valid << response_ready;
    SC_METHOD(show_response);
    sensitive << answer_changed_;
}

void MacroPins::program(const std::vector<std::uint8_t>& weights) {
    blocking_write(*initiator_.operator->(), macro_address::kWeights, weights.data(),
                   weights.size());
}

void MacroPins::reset() {
    if (busy_) SC_REPORT_FATAL("cimarron/pins", "a macro cannot be reset while a product runs");
}

void MacroPins::rising() {
    end_ = answered_ && response_ready.read();
    begin_ = request_valid.read() && (!busy_ || end_);
    busy_ = begin_ || (busy_ && !end_);
    if (begin_)
        for (std::size_t row = 0; row < codes_.size(); ++row)
            codes_[row] = static_cast<std::uint8_t>(input_code[row].read());
    if (begin_ || end_) busy_changed_.notify(sc_core::SC_ZERO_TIME);
}

void MacroPins::falling() {
    if (end_) {
        send(tlm::END_RESP);
        payload_.payload().release();
        answered_ = false;
        answer_changed_.notify(sc_core::SC_ZERO_TIME);
    }
    if (begin_) {
        payload_.write(macro_address::kMvm, codes_.data(), codes_.size());
        send(tlm::BEGIN_REQ);
    }
    begin_ = end_ = false;
}

void MacroPins::send(tlm::tlm_phase phase) {
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    initiator_->nb_transport_fw(payload_.payload(), phase, delay);
}

tlm::tlm_sync_enum MacroPins::respond(tlm::tlm_generic_payload& /*payload*/, tlm::tlm_phase& phase,
                                      sc_core::sc_time& /*delay*/) {
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/pins", "unexpected phase");
    answered_ = true;
    answer_changed_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_ACCEPTED;
}

void MacroPins::show_ready() {
    request_ready.write(!busy_ || (response_valid.read() && response_ready.read()));
}

void MacroPins::show_response() {
    response_valid.write(answered_);
    if (!answered_) return;
    for (std::size_t o = 0; o < partial_sum.size(); ++o)
        partial_sum[o].write(static_cast<std::uint32_t>((*payload_.extension.partial_sums)[o]));
}

}  // namespace cimarron
