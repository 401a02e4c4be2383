// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cosim/axi_manager.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cimarron::test {

AxiBench::AxiBench(std::int64_t period_ps)
    : clk("clk", sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(period_ps))) {
    lite_checker.axil.bind(lite);
    to_checker.axis.bind(to);
    from_checker.axis.bind(from);
    for (ProtocolChecker* checker :
         std::initializer_list<ProtocolChecker*>{&lite_checker, &to_checker, &from_checker}) {
        checker->clk(clk);
        checker->rst_n(rst_n);
        checker->on_violation = [](PinRule /*rule*/, const std::string& what) {
            ADD_FAILURE() << what;
        };
    }
}

AxiManager::AxiManager(const sc_core::sc_module_name& name, AxiBench& bench, Rng& rng,
                       std::function<void(AxiManager&)> body)
    : sc_module(name), bench_(bench), rng_(rng), body_(std::move(body)) {
    SC_HAS_PROCESS(AxiManager);
    SC_THREAD(drive);
}

void AxiManager::drive() {
    bench_.rst_n.write(false);
    for (int i = 0; i < 3; ++i) edge();
    bench_.rst_n.write(true);
    edge();
    body_(*this);
    sc_core::sc_stop();
}

void AxiManager::edge() {
    wait(bench_.clk.posedge_event());
    ++cycle;
}

void AxiManager::pause() {
    while (rng_.coin(0.3)) edge();
}

// Address and data in either order, ready for the response early or late.
std::uint32_t AxiManager::write(std::uint32_t address, std::uint64_t data, std::uint32_t strobes) {
    auto& w = bench_.lite;
    int address_at = rng_.uniform_int(0, 3);
    int data_at = rng_.uniform_int(0, 3);
    bool address_sent = false;
    bool data_sent = false;
    w.awaddr.write(address);
    w.wdata.write(data);
    w.wstrb.write(strobes);
    w.bready.write(rng_.coin(0.5));
    while (!address_sent || !data_sent) {
        w.awvalid.write(!address_sent && address_at-- <= 0);
        w.wvalid.write(!data_sent && data_at-- <= 0);
        edge();
        address_sent = address_sent || (w.awvalid.read() && w.awready.read());
        data_sent = data_sent || (w.wvalid.read() && w.wready.read());
    }
    accepted = sc_core::sc_time_stamp();
    const std::int64_t accepted_cycle = cycle;
    w.awvalid.write(false);
    w.wvalid.write(false);
    do edge();
    while (!w.bvalid.read());
    response_cycles = cycle - accepted_cycle;
    const std::uint32_t response = w.bresp.read();
    while (!w.bready.read()) {
        w.bready.write(rng_.coin(0.5));
        edge();
    }
    w.bready.write(false);
    pause();
    return response;
}

std::uint32_t AxiManager::read(std::uint32_t address, std::uint64_t& data) {
    auto& w = bench_.lite;
    w.araddr.write(address);
    w.arvalid.write(true);
    w.rready.write(rng_.coin(0.5));
    do edge();
    while (!w.arready.read());
    accepted = sc_core::sc_time_stamp();
    const std::int64_t accepted_cycle = cycle;
    w.arvalid.write(false);
    do edge();
    while (!w.rvalid.read());
    response_cycles = cycle - accepted_cycle;
    data = w.rdata.read();
    const std::uint32_t response = w.rresp.read();
    while (!w.rready.read()) {
        w.rready.write(rng_.coin(0.5));
        edge();
    }
    w.rready.write(false);
    pause();
    return response;
}

void AxiManager::send(const std::vector<std::uint8_t>& packet) {
    auto& s = bench_.to;
    for (std::size_t first = 0; first < packet.size(); first += axi::kBeatBytes) {
        const std::size_t bytes = std::min<std::size_t>(axi::kBeatBytes, packet.size() - first);
        std::uint64_t data = 0;
        for (std::size_t i = 0; i < bytes; ++i) data |= std::uint64_t{packet[first + i]} << (8 * i);
        pause();
        s.tdata.write(data);
        s.tkeep.write(axi::keep_bytes(static_cast<int>(bytes)));
        s.tlast.write(first + bytes == packet.size());
        s.tvalid.write(true);
        do edge();
        while (!s.tready.read());
        s.tvalid.write(false);
    }
}

std::vector<std::uint8_t> AxiManager::receive() {
    auto& s = bench_.from;
    std::vector<std::uint8_t> packet;
    for (bool last = false; !last;) {
        s.tready.write(rng_.coin(0.7));
        edge();
        if (!s.tvalid.read() || !s.tready.read()) continue;
        for (int i = 0; i < axi::kBeatBytes; ++i)
            if (((s.tkeep.read() >> i) & 1) != 0)
                packet.push_back(static_cast<std::uint8_t>(s.tdata.read() >> (8 * i)));
        last = s.tlast.read();
    }
    s.tready.write(false);
    return packet;
}

}  // namespace cimarron::test
