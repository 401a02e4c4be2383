// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/pins/axi.h"
#include "hw/pins/pin_module.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm>

#include <vector>

namespace cimarron {

// AXI4-Stream packets to write transactions: a packet (up to TLAST) becomes one write to `address`,
// and the next one is taken when the target has taken it, which it may wait with, and the cycles it
// annotates are over.
class AxiStreamToTlm final : public PinModule {
public:
    AxiStreamToTlm(const sc_core::sc_module_name& name, const Clock& clock);

    axi::StreamReceiver s_axis{"s_axis"};
    tlm_utils::simple_initiator_socket<AxiStreamToTlm> initiator{"initiator"};

    std::uint64_t address = 0;
    bool busy() const { return complete_ || cycles_left_ > 0 || !packet_.empty(); }
    bool failed() const { return failed_; }  // a target refused a packet

private:
    void reset() override;
    void rising() override;
    void falling() override;
    void write();

    std::vector<unsigned char> packet_;
    bool complete_ = false;  // until the target has taken it
    bool writing_ = false;
    sc_core::sc_event write_event_{"write_event"};
    std::int64_t cycles_left_ = 0;
    bool failed_ = false;
};

// Read transactions to AXI4-Stream packets: start() reads `bytes` at `address` at the next falling
// edge, and the packet follows when the target has answered, which it may wait with, after the
// cycles it annotates.
class TlmToAxiStream final : public PinModule {
public:
    TlmToAxiStream(const sc_core::sc_module_name& name, const Clock& clock);

    axi::StreamTransmitter m_axis{"m_axis"};
    tlm_utils::simple_initiator_socket<TlmToAxiStream> initiator{"initiator"};

    // Ignored, and failed(), while a packet is on its way or when it would be empty.
    void start(std::uint64_t address, std::uint64_t bytes);
    bool busy() const { return requested_ || sent_ < packet_.size(); }
    bool failed() const { return failed_; }

private:
    void reset() override;
    void rising() override;
    void falling() override;
    void read();
    void show_beat();

    std::vector<unsigned char> packet_;
    std::size_t sent_ = 0;
    bool requested_ = false;  // until the target has answered
    bool reading_ = false;
    sc_core::sc_event read_event_{"read_event"};
    std::uint64_t address_ = 0;
    std::int64_t cycles_left_ = 0;
    bool failed_ = false;
};

}  // namespace cimarron
