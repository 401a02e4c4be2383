// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/protocol_checker.h"

#include <fmt/format.h>

namespace cimarron {

const char* to_string(PinRule rule) {
    switch (rule) {
        case PinRule::valid_low_in_reset:
            return "valid_low_in_reset";
        case PinRule::valid_until_ready:
            return "valid_until_ready";
        case PinRule::payload_stable:
            return "payload_stable";
        case PinRule::ready_in_time:
            return "ready_in_time";
        case PinRule::response_has_request:
            return "response_has_request";
        case PinRule::request_has_response:
            return "request_has_response";
        case PinRule::legal_response:
            return "legal_response";
        case PinRule::address_aligned:
            return "address_aligned";
        case PinRule::keep_contiguous:
            return "keep_contiguous";
        case PinRule::keep_full:
            return "keep_full";
        case PinRule::packet_ends:
            return "packet_ends";
    }
    return "";
}

ProtocolChecker::ProtocolChecker(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(ProtocolChecker);
    SC_METHOD(edge);
    sensitive << clk.pos();
    dont_initialize();
}

void ProtocolChecker::edge() {
    ++cycle_;
    if (rst_n.read()) {
        in_reset_ = false;
        check();
        return;
    }
    if (in_reset_) require(!any_valid(), PinRule::valid_low_in_reset, "valid");
    in_reset_ = true;
    restart();
}

bool ProtocolChecker::transfers(Channel& channel, bool valid, bool ready,
                                const std::array<std::uint64_t, 3>& payload) {
    if (channel.waiting) {
        require(valid, PinRule::valid_until_ready, channel.name);
        require(!valid || payload == channel.payload, PinRule::payload_stable, channel.name);
    }
    channel.waiting = valid && !ready;
    channel.payload = payload;
    channel.waited = channel.waiting ? channel.waited + 1 : 0;
    require(channel.waited != max_wait, PinRule::ready_in_time, channel.name);
    return valid && ready;
}

void ProtocolChecker::require(bool kept, PinRule rule, const char* wire) {
    if (kept) return;
    const std::string message =
        fmt::format("{}: cycle {}: {}: breaks {}", name(), cycle_, wire, to_string(rule));
    if (on_violation)
        on_violation(rule, message);
    else
        SC_REPORT_ERROR("cimarron/pins", message.c_str());
}

}  // namespace cimarron
