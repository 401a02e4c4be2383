// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/pins/axi.h"
#include "hw/pins/protocol_checker.h"

#include <vector>

namespace cimarron {

class AxiLiteChecker final : public ProtocolChecker {
public:
    explicit AxiLiteChecker(const sc_core::sc_module_name& name);
    axi::LiteMonitor axil{"axil"};

private:
    void check() override;
    void restart() override;
    bool any_valid() override;
    void check_end() override;
    void check_response(std::uint32_t response, const char* wire);

    Channel write_address_{"AW"}, write_data_{"W"}, write_response_{"B"}, read_address_{"AR"},
        read_data_{"R"};
    // Accepted and not yet answered.
    int addresses_ = 0;
    int data_ = 0;
    int reads_ = 0;
};

class AxiStreamChecker final : public ProtocolChecker {
public:
    explicit AxiStreamChecker(const sc_core::sc_module_name& name);
    axi::StreamMonitor axis{"axis"};

    std::int64_t max_beats = std::int64_t{1} << 27;  // of a packet

private:
    void check() override;
    void restart() override;
    bool any_valid() override { return axis.tvalid.read(); }
    void check_end() override;

    Channel beat_{"T"};
    std::int64_t beats_ = 0;  // of the open packet
};

// A valid/ready pair with any number of pins beside it, such as a macro's request.
class HandshakeChecker final : public ProtocolChecker {
public:
    HandshakeChecker(const sc_core::sc_module_name& name, std::size_t pins);
    sc_core::sc_in<bool> valid{"valid"};
    sc_core::sc_in<bool> ready{"ready"};
    sc_core::sc_vector<sc_core::sc_in<std::uint32_t>> payload;

private:
    void check() override;
    void restart() override;
    bool any_valid() override { return valid.read(); }
    void check_end() override {}

    Channel channel_{"valid"};
    std::vector<std::uint32_t> offered_;
};

}  // namespace cimarron
