// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/payload.h"
#include "hw/macro/macro.h"
#include "hw/pins/pin_module.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <vector>

namespace cimarron {

// A macro with pins, clocked as hw/rtl/macro_digital.sv is: a product begins at the rising edge
// that finds request_valid and request_ready high, with the codes at the input_code pins;
// response_valid and the partial sums stand mvm_timing().total edges later, until response_ready
// takes them at an edge, which may carry the next request. Weights are programmed over
// weight_initiator's target, before or between products.
class MacroPins final : public PinModule {
public:
    MacroPins(const sc_core::sc_module_name& name, const MacroParams& params,
              const MacroPlacement& placement, int weight_bits, int input_bits, const Clock& clock);

    sc_core::sc_in<bool> request_valid{"request_valid"};
    sc_core::sc_out<bool> request_ready{"request_ready"};
    sc_core::sc_vector<sc_core::sc_in<std::uint32_t>> input_code;  // a row each
    sc_core::sc_out<bool> response_valid{"response_valid"};
    sc_core::sc_in<bool> response_ready{"response_ready"};
    sc_core::sc_vector<sc_core::sc_out<std::uint32_t>> partial_sum;  // a channel each, ADC LSBs

    // Weight codes, channel after channel, rows within; not while a product runs.
    void program(const std::vector<std::uint8_t>& weights);

    Macro macro;

private:
    void reset() override;
    void rising() override;
    void falling() override;
    tlm::tlm_sync_enum respond(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                               sc_core::sc_time& delay);
    void send(tlm::tlm_phase phase);
    void show_ready();
    void show_response();

    tlm_utils::simple_initiator_socket<MacroPins> initiator_{"initiator"};
    ReusablePayload<MvmExtension> payload_;
    std::vector<std::uint8_t> codes_;
    bool busy_ = false;
    bool answered_ = false;  // the results stand at the pins
    bool begin_ = false;     // at the coming falling edge
    bool end_ = false;       // likewise
    sc_core::sc_event busy_changed_{"busy_changed"};
    sc_core::sc_event answer_changed_{"answer_changed"};
};

}  // namespace cimarron
