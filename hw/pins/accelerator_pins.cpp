// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/accelerator_pins.h"

#include "common/error.h"
#include "hw/host/register_map.h"

#include <cstring>

namespace cimarron {

namespace {

constexpr int kRegisters = 0;  // the first port bound

}  // namespace

AcceleratorPins::AcceleratorPins(const sc_core::sc_module_name& name,
                                 const AcceleratorParams& params, const Program& program,
                                 const Clock& clock)
    : sc_module(name),
      accelerator("accelerator", params, program, clock),
      registers_("registers", clock),
      receiver_("receiver", clock),
      transmitter_("transmitter", clock) {
    if (program.reloads())
        throw UserError(
            "network " + program.network +
            ": does not fit the chip, and the chip with pins has no DRAM to reload from");
    for (PinModule* module :
         std::initializer_list<PinModule*>{&registers_, &receiver_, &transmitter_}) {
        module->clk(clk);
        module->rst_n(rst_n);
    }
    registers_.s_axil.bind(s_axil);
    receiver_.s_axis.bind(s_axis);
    transmitter_.m_axis.bind(m_axis);
    accelerator.interrupt(interrupt);
    registers_.initiator.bind(adapters_);
    receiver_.initiator.bind(adapters_);
    transmitter_.initiator.bind(adapters_);
    adapters_.register_b_transport(this, &AcceleratorPins::b_transport);
    host_initiator_.bind(accelerator.host_target);
}

// Registers answer at once; images and logits, which may have to wait, come as packets.
void AcceleratorPins::b_transport(int port, tlm::tlm_generic_payload& payload,
                                  sc_core::sc_time& delay) {
    if (access_own(payload))
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    else if (port == kRegisters && payload.get_address() >= register_map::kImage)
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    else
        host_initiator_->b_transport(payload, delay);
}

bool AcceleratorPins::access_own(tlm::tlm_generic_payload& payload) {
    std::uint64_t value = 0;
    if (payload.get_data_length() != sizeof(value)) return false;
    const std::uint64_t address = payload.get_address();
    if (payload.is_read() && address == pin_registers::kStreamStatus) {
        value = (receiver_.busy() ? 1 : 0) | (transmitter_.busy() ? 2 : 0) |
                (receiver_.failed() || transmitter_.failed() ? 4 : 0);
        std::memcpy(payload.get_data_ptr(), &value, sizeof(value));
        return true;
    }
    if (!payload.is_write()) return false;
    std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
    if (address == pin_registers::kWriteAddress)
        receiver_.address = value;
    else if (address == pin_registers::kReadAddress)
        read_address_ = value;
    else if (address == pin_registers::kReadBytes)
        transmitter_.start(read_address_, value);
    else
        return false;
    return true;
}

}  // namespace cimarron
