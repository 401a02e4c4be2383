// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/accelerator.h"
#include "hw/pins/axi_lite_to_tlm.h"
#include "hw/pins/axi_stream_to_tlm.h"

#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

namespace cimarron {

// Registers that the pins add to register_map.h, 64 bits each, over AXI4-Lite.
namespace pin_registers {
constexpr std::uint64_t kWriteAddress = 0x100;  // where the next packet of s_axis is written
constexpr std::uint64_t kReadAddress = 0x108;   // what kReadBytes reads
constexpr std::uint64_t kReadBytes = 0x110;     // write: sends that many bytes over m_axis
constexpr std::uint64_t kStreamStatus = 0x118;  // read: bit 0 receiving, 1 sending, 2 failed
}  // namespace pin_registers

// The chip with pins: AXI4-Lite for registers, AXI4-Stream packets for weights, coefficients and
// images in and logits out, at the addresses of register_map.h. Where the chip waits, with an image
// for its place or with logits for their completion, the stream does. An image takes as long as
// behind the TLM socket: from the falling edge that carries the write of kStart to the one that
// raises interrupt.
class AcceleratorPins final : public sc_core::sc_module {
public:
    AcceleratorPins(const sc_core::sc_module_name& name, const AcceleratorParams& params,
                    const Program& program, const Clock& clock);

    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> rst_n{"rst_n"};
    axi::LiteSubordinate s_axil{"s_axil"};
    axi::StreamReceiver s_axis{"s_axis"};
    axi::StreamTransmitter m_axis{"m_axis"};
    sc_core::sc_out<bool> interrupt{"interrupt"};

    Accelerator accelerator;

private:
    void b_transport(int port, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    bool access_own(tlm::tlm_generic_payload& payload);

    AxiLiteToTlm registers_;
    AxiStreamToTlm receiver_;
    TlmToAxiStream transmitter_;
    tlm_utils::multi_passthrough_target_socket<AcceleratorPins> adapters_{"adapters"};
    tlm_utils::simple_initiator_socket<AcceleratorPins> host_initiator_{"host_initiator"};
    std::uint64_t read_address_ = 0;
};

}  // namespace cimarron
