// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/pins/axi.h"
#include "hw/pins/pin_module.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm>

namespace cimarron {

// AXI4-Lite pins to 8-byte transactions. One read and one write at a time; the response comes one
// cycle after the address (and data), later by as many cycles as the target annotates. Targets do
// not wait. A write that leaves bytes out and an access the target refuses answer SLVERR, an
// address it does not know DECERR.
class AxiLiteToTlm final : public PinModule {
public:
    AxiLiteToTlm(const sc_core::sc_module_name& name, const Clock& clock);

    axi::LiteSubordinate s_axil{"s_axil"};
    tlm_utils::simple_initiator_socket<AxiLiteToTlm> initiator{"initiator"};

private:
    // An access on its way through the model.
    struct Access {
        bool requested = false;  // complete; sent at the falling edge
        bool sent = false;
        std::uint32_t address = 0;
        std::uint64_t data = 0;
        std::uint32_t response = axi::kOkay;
        std::int64_t cycles_left = 0;

        bool done() { return sent && cycles_left-- <= 0; }
    };

    void reset() override;
    void rising() override;
    void falling() override;
    void step_write();
    void step_read();
    void send(Access& access, tlm::tlm_command command);

    bool has_address_ = false;
    bool has_data_ = false;
    std::uint32_t strobes_ = 0;
    Access write_;
    Access read_;
};

}  // namespace cimarron
