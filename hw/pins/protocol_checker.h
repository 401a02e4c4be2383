// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>

#include <array>
#include <cstdint>
#include <functional>
#include <string>

namespace cimarron {

// A rule of valid/ready handshakes, AXI4-Lite (AMBA AXI, ARM IHI 0022) or AXI4-Stream (IHI 0051).
enum class PinRule {
    valid_low_in_reset,    // valid is low at every edge of reset but the first
    valid_until_ready,     // once up, valid stays until ready
    payload_stable,        // and what it offers does not change
    ready_in_time,         // the receiver takes it within max_wait cycles
    response_has_request,  // B after AW and W, R after AR
    request_has_response,  // none is missing at the end
    legal_response,        // OKAY, SLVERR or DECERR: AXI4-Lite has no exclusive access
    address_aligned,       // to the 8 bytes of the data bus
    keep_contiguous,       // TKEEP: lowest bytes, at least one
    keep_full,             // all of them before the last beat
    packet_ends,           // TLAST within max_beats, and no open packet at the end
};
const char* to_string(PinRule rule);

// Watches pins at rising edges; wired beside a design, it drives nothing. What breaks a rule goes
// to on_violation; without one it is an error report naming checker, cycle, wire and rule. Pins
// have two values: there is no X to look for.
class ProtocolChecker : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> rst_n{"rst_n"};

    int max_wait = 10000;
    std::function<void(PinRule rule, const std::string& message)> on_violation;

protected:
    explicit ProtocolChecker(const sc_core::sc_module_name& name);

    // One valid/ready channel.
    struct Channel {
        const char* name;
        bool waiting = false;
        std::array<std::uint64_t, 3> payload{};
        int waited = 0;

        explicit Channel(const char* channel) : name(channel) {}
    };
    // Checks the handshake at this edge; true when something was handed over.
    bool transfers(Channel& channel, bool valid, bool ready,
                   const std::array<std::uint64_t, 3>& payload);
    void require(bool kept, PinRule rule, const char* wire);

    virtual void check() = 0;      // a rising edge out of reset
    virtual void restart() = 0;    // reset
    virtual bool any_valid() = 0;  // of the watched valids
    virtual void check_end() = 0;  // end of simulation

private:
    void edge();
    void end_of_simulation() override { check_end(); }

    std::int64_t cycle_ = 0;
    bool in_reset_ = false;
};

}  // namespace cimarron
