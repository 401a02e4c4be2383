// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>

#include <cstdint>
#include <string>

namespace cimarron {

// The wires of two AXI4 interfaces, as ports or as signals: M holds what the manager (transmitter)
// drives, S what the subordinate (receiver) drives. Types are those of Verilator's SystemC pins.
// AXI4-Lite with 64 data bits; without AWPROT and ARPROT, which nothing here looks at.
template <template <class> class M, template <class> class S>
struct AxiLite {
    explicit AxiLite(const std::string& prefix)
        : awaddr((prefix + "_awaddr").c_str()),
          awvalid((prefix + "_awvalid").c_str()),
          awready((prefix + "_awready").c_str()),
          wdata((prefix + "_wdata").c_str()),
          wstrb((prefix + "_wstrb").c_str()),
          wvalid((prefix + "_wvalid").c_str()),
          wready((prefix + "_wready").c_str()),
          bresp((prefix + "_bresp").c_str()),
          bvalid((prefix + "_bvalid").c_str()),
          bready((prefix + "_bready").c_str()),
          araddr((prefix + "_araddr").c_str()),
          arvalid((prefix + "_arvalid").c_str()),
          arready((prefix + "_arready").c_str()),
          rdata((prefix + "_rdata").c_str()),
          rresp((prefix + "_rresp").c_str()),
          rvalid((prefix + "_rvalid").c_str()),
          rready((prefix + "_rready").c_str()) {}

    M<std::uint32_t> awaddr;
    M<bool> awvalid;
    S<bool> awready;
    M<std::uint64_t> wdata;
    M<std::uint32_t> wstrb;
    M<bool> wvalid;
    S<bool> wready;
    S<std::uint32_t> bresp;
    S<bool> bvalid;
    M<bool> bready;
    M<std::uint32_t> araddr;
    M<bool> arvalid;
    S<bool> arready;
    S<std::uint64_t> rdata;
    S<std::uint32_t> rresp;
    S<bool> rvalid;
    M<bool> rready;

    // Ports to the wires (signals, or an outer module's ports) of the same names.
    template <class Wires>
    void bind(Wires& w) {
        awaddr(w.awaddr), awvalid(w.awvalid), awready(w.awready);
        wdata(w.wdata), wstrb(w.wstrb), wvalid(w.wvalid), wready(w.wready);
        bresp(w.bresp), bvalid(w.bvalid), bready(w.bready);
        araddr(w.araddr), arvalid(w.arvalid), arready(w.arready);
        rdata(w.rdata), rresp(w.rresp), rvalid(w.rvalid), rready(w.rready);
    }
};

// AXI4-Stream with 8 bytes a beat.
template <template <class> class M, template <class> class S>
struct AxiStream {
    explicit AxiStream(const std::string& prefix)
        : tdata((prefix + "_tdata").c_str()),
          tkeep((prefix + "_tkeep").c_str()),
          tlast((prefix + "_tlast").c_str()),
          tvalid((prefix + "_tvalid").c_str()),
          tready((prefix + "_tready").c_str()) {}

    M<std::uint64_t> tdata;
    M<std::uint32_t> tkeep;
    M<bool> tlast;
    M<bool> tvalid;
    S<bool> tready;

    template <class Wires>
    void bind(Wires& w) {
        tdata(w.tdata), tkeep(w.tkeep), tlast(w.tlast), tvalid(w.tvalid), tready(w.tready);
    }
};

namespace axi {

template <class T>
using In = sc_core::sc_in<T>;
template <class T>
using Out = sc_core::sc_out<T>;
template <class T>
using Signal = sc_core::sc_signal<T>;

using LiteSubordinate = AxiLite<In, Out>;
using LiteManager = AxiLite<Out, In>;
using LiteMonitor = AxiLite<In, In>;
using LiteSignals = AxiLite<Signal, Signal>;
using StreamReceiver = AxiStream<In, Out>;
using StreamTransmitter = AxiStream<Out, In>;
using StreamMonitor = AxiStream<In, In>;
using StreamSignals = AxiStream<Signal, Signal>;

constexpr std::uint32_t kOkay = 0, kExclusiveOkay = 1, kSubordinateError = 2, kDecodeError = 3;
constexpr int kBeatBytes = 8;
constexpr std::uint32_t kAllBytes = 0xff;

// TKEEP of a packet's last beat: its `bytes` lowest bytes.
constexpr std::uint32_t keep_bytes(int bytes) {
    return (1U << bytes) - 1;
}

}  // namespace axi

}  // namespace cimarron
