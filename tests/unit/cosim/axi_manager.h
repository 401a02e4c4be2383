// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "hw/pins/axi.h"
#include "hw/pins/axi_checkers.h"

#include <functional>
#include <vector>

namespace cimarron::test {

// Clock, reset, the wires of one AXI4-Lite and two AXI4-Stream interfaces, and a checker beside
// each that fails the test.
struct AxiBench {
    explicit AxiBench(std::int64_t period_ps);

    sc_core::sc_clock clk;
    sc_core::sc_signal<bool> rst_n{"rst_n"};
    axi::LiteSignals lite{"lite"};
    axi::StreamSignals to{"to"};
    axi::StreamSignals from{"from"};
    AxiLiteChecker lite_checker{"lite_checker"};
    AxiStreamChecker to_checker{"to_checker"};
    AxiStreamChecker from_checker{"from_checker"};
};

// Drives these wires as a random but legal manager: runs `body` after reset, in a thread of its
// own, then stops the simulation.
class AxiManager : public sc_core::sc_module {
public:
    AxiManager(const sc_core::sc_module_name& name, AxiBench& bench, Rng& rng,
               std::function<void(AxiManager&)> body);

    // One access; the response code.
    std::uint32_t write(std::uint32_t address, std::uint64_t data, std::uint32_t strobes = 0xff);
    std::uint32_t read(std::uint32_t address, std::uint64_t& data);
    void send(const std::vector<std::uint8_t>& packet);
    std::vector<std::uint8_t> receive();
    void edge();  // to after the next rising edge

    std::int64_t cycle = 0;
    sc_core::sc_time accepted;  // the edge that did so with the last access
    std::int64_t response_cycles =
        0;  // of the last access: from its acceptance to the edge that finds valid

private:
    void drive();
    void pause();

    AxiBench& bench_;
    Rng& rng_;
    const std::function<void(AxiManager&)> body_;
};

}  // namespace cimarron::test
