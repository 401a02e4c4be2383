// SPDX-License-Identifier: Apache-2.0
// Every rule of the protocol checkers: kept by legal traffic, and caught when broken.
#include "hw/pins/axi_checkers.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

namespace cimarron::test {
namespace {

// Wires driven by hand: `steps` are applied before one rising edge each, out of reset.
struct Wires {
    sc_core::sc_signal<bool> clk{"clk"};
    sc_core::sc_signal<bool> rst_n{"rst_n"};
    axi::LiteSignals l{"l"};
    axi::StreamSignals s{"s"};
    sc_core::sc_signal<bool> valid{"valid"};
    sc_core::sc_signal<bool> ready{"ready"};
    sc_core::sc_vector<sc_core::sc_signal<std::uint32_t>> pins{"pins", 2};
    sc_core::sc_event begin{"begin"};  // the kernel warns of a start with nothing to do

    void elaborate() {
        begin.notify(sc_core::SC_ZERO_TIME);
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
    }
};
using Step = std::function<void(Wires&)>;

void pulse(Wires& w) {
    for (const bool level : {true, false}) {
        w.clk.write(level);
        run_for(sc_core::sc_time(1, sc_core::SC_NS));
    }
}

std::multiset<PinRule> broken_by(const std::vector<Step>& steps) {
    fresh_simulation();
    Wires w;
    AxiLiteChecker lite("lite");
    AxiStreamChecker stream("stream");
    HandshakeChecker handshake("handshake", 2);
    std::multiset<PinRule> broken;
    for (ProtocolChecker* checker :
         std::initializer_list<ProtocolChecker*>{&lite, &stream, &handshake}) {
        checker->clk(w.clk);
        checker->rst_n(w.rst_n);
        checker->max_wait = 5;
        checker->on_violation = [&](PinRule rule, const std::string& message) {
            EXPECT_NE(message.find(to_string(rule)), std::string::npos);
            broken.insert(rule);
        };
    }
    stream.max_beats = 3;
    lite.axil.bind(w.l);
    stream.axis.bind(w.s);
    handshake.valid(w.valid);
    handshake.ready(w.ready);
    for (std::size_t i = 0; i < 2; ++i) handshake.payload[i](w.pins[i]);
    w.elaborate();
    w.rst_n.write(true);
    for (const Step& step : steps) {
        step(w);
        pulse(w);
    }
    sc_core::sc_stop();  // the checks of the end
    return broken;
}

const std::multiset<PinRule> kNone;
std::multiset<PinRule> once(PinRule rule) {
    return {rule};
}

void idle(Wires& w) {
    for (auto* wire : {&w.l.awvalid, &w.l.awready, &w.l.wvalid, &w.l.wready, &w.l.bvalid,
                       &w.l.bready, &w.l.arvalid, &w.l.arready, &w.l.rvalid, &w.l.rready,
                       &w.s.tvalid, &w.s.tready, &w.valid, &w.ready})
        wire->write(false);
}
Step on(std::vector<sc_core::sc_signal<bool> Wires::*> wires) {
    return [wires](Wires& w) {
        idle(w);
        for (auto wire : wires) (w.*wire).write(true);
    };
}

void address_and_data(Wires& w) {
    idle(w);
    for (auto* wire : {&w.l.awvalid, &w.l.awready, &w.l.wvalid, &w.l.wready}) wire->write(true);
}
void write_response(Wires& w) {
    idle(w);
    w.l.bvalid.write(true);
    w.l.bready.write(true);
}
void read_address(Wires& w) {
    idle(w);
    w.l.arvalid.write(true);
    w.l.arready.write(true);
}
void read_data(Wires& w) {
    idle(w);
    w.l.rvalid.write(true);
    w.l.rready.write(true);
}
Step beat(std::uint32_t keep, bool last) {
    return [=](Wires& w) {
        idle(w);
        w.s.tvalid.write(true);
        w.s.tready.write(true);
        w.s.tkeep.write(keep);
        w.s.tlast.write(last);
    };
}

TEST(ProtocolChecker, LegalTrafficBreaksNothing) {
    EXPECT_EQ(broken_by({address_and_data, write_response, read_address, read_data,
                         [](Wires& w) {  // a refused access is legal
                             address_and_data(w);
                             w.l.awaddr.write(8);
                         },
                         [](Wires& w) {
                             write_response(w);
                             w.l.bresp.write(axi::kDecodeError);
                         },
                         beat(0xff, false), beat(0x07, true), beat(0xff, true), on({&Wires::valid}),
                         on({&Wires::valid}), on({&Wires::valid, &Wires::ready}), idle}),
              kNone);
}

TEST(ProtocolChecker, ValidLowInReset) {
    const Step reset = [](Wires& w) {
        w.rst_n.write(false);
        w.valid.write(true);
    };
    EXPECT_EQ(broken_by({reset}), kNone);  // not before reset has been seen
    EXPECT_EQ(broken_by({reset, reset}), once(PinRule::valid_low_in_reset));
    const Step lite_reset = [](Wires& w) {
        w.rst_n.write(false);
        w.l.rvalid.write(true);
    };
    EXPECT_EQ(broken_by({lite_reset, lite_reset}), once(PinRule::valid_low_in_reset));
}

TEST(ProtocolChecker, ValidUntilReady) {
    EXPECT_EQ(broken_by({on({&Wires::valid}), idle}), once(PinRule::valid_until_ready));
    for (auto valid :
         {&axi::LiteSignals::awvalid, &axi::LiteSignals::wvalid, &axi::LiteSignals::arvalid}) {
        const Step offer = [valid](Wires& w) {
            idle(w);
            (w.l.*valid).write(true);
        };
        EXPECT_EQ(broken_by({offer, idle}), once(PinRule::valid_until_ready));
    }
    const Step silent_response = [](Wires& w) {
        idle(w);
        w.l.bvalid.write(true);
    };
    EXPECT_EQ(broken_by({address_and_data, silent_response, idle, write_response}),
              once(PinRule::valid_until_ready));
    const Step silent_beat = [](Wires& w) {
        idle(w);
        w.s.tvalid.write(true);
    };
    EXPECT_EQ(broken_by({silent_beat, idle}), once(PinRule::valid_until_ready));
}

TEST(ProtocolChecker, PayloadStable) {
    EXPECT_EQ(broken_by({on({&Wires::valid}), [](Wires& w) { w.pins[1].write(7); },
                         on({&Wires::valid, &Wires::ready})}),
              once(PinRule::payload_stable));
    for (const int wire : {0, 1, 2})
        EXPECT_EQ(broken_by({[](Wires& w) { w.s.tvalid.write(true); },
                             [wire](Wires& w) {
                                 if (wire == 0) w.s.tdata.write(1);
                                 if (wire == 1) w.s.tkeep.write(1);
                                 if (wire == 2) w.s.tlast.write(true);
                             },
                             beat(wire == 1 ? 1 : 0xff, true)})
                          .count(PinRule::payload_stable) > 0,
                  true);
    EXPECT_EQ(broken_by({[](Wires& w) { w.l.wvalid.write(true), w.l.awvalid.write(true); },
                         [](Wires& w) { w.l.wdata.write(5); },
                         [](Wires& w) { w.l.wready.write(true), w.l.awready.write(true); },
                         write_response}),
              once(PinRule::payload_stable));
}

TEST(ProtocolChecker, ReadyInTime) {
    std::vector<Step> steps(5, on({&Wires::valid}));
    EXPECT_EQ(broken_by(steps), once(PinRule::ready_in_time));
    steps.resize(4);
    EXPECT_EQ(broken_by(steps), kNone);
}

TEST(ProtocolChecker, ResponseHasRequest) {
    const Step address_only = [](Wires& w) {
        idle(w);
        w.l.awvalid.write(true), w.l.awready.write(true);
    };
    EXPECT_EQ(broken_by({address_only, write_response}).count(PinRule::response_has_request), 1U);
    const Step at_once = [](Wires& w) {  // at the edge that accepts the address
        read_address(w);
        w.l.rvalid.write(true), w.l.rready.write(true);
    };
    EXPECT_EQ(broken_by({at_once}), once(PinRule::response_has_request));
    EXPECT_EQ(broken_by({address_and_data, write_response, write_response})
                  .count(PinRule::response_has_request),
              1U);
}

TEST(ProtocolChecker, RequestHasResponse) {
    EXPECT_EQ(broken_by({address_and_data, idle}), once(PinRule::request_has_response));
    EXPECT_EQ(broken_by({read_address, idle}), once(PinRule::request_has_response));
}

TEST(ProtocolChecker, LegalResponse) {
    EXPECT_EQ(broken_by({read_address,
                         [](Wires& w) {
                             read_data(w);
                             w.l.rresp.write(axi::kExclusiveOkay);
                         }}),
              once(PinRule::legal_response));
    EXPECT_EQ(broken_by({address_and_data,
                         [](Wires& w) {
                             write_response(w);
                             w.l.bresp.write(axi::kExclusiveOkay);
                         }}),
              once(PinRule::legal_response));
}

TEST(ProtocolChecker, AddressAligned) {
    EXPECT_EQ(broken_by({[](Wires& w) {
                             address_and_data(w);
                             w.l.awaddr.write(12);
                         },
                         write_response}),
              once(PinRule::address_aligned));
    EXPECT_EQ(broken_by({[](Wires& w) {
                             read_address(w);
                             w.l.araddr.write(1);
                         },
                         read_data}),
              once(PinRule::address_aligned));
}

TEST(ProtocolChecker, Keep) {
    EXPECT_EQ(broken_by({beat(0x05, true)}), once(PinRule::keep_contiguous));
    EXPECT_EQ(broken_by({beat(0x00, true)}), once(PinRule::keep_contiguous));
    EXPECT_EQ(broken_by({beat(0x0f, false), beat(0xff, true)}), once(PinRule::keep_full));
}

TEST(ProtocolChecker, PacketEnds) {
    EXPECT_EQ(broken_by({beat(0xff, false), idle}), once(PinRule::packet_ends));
    EXPECT_EQ(
        broken_by({beat(0xff, false), beat(0xff, false), beat(0xff, false), beat(0xff, true)}),
        once(PinRule::packet_ends));
    EXPECT_EQ(broken_by({beat(0xff, false), beat(0xff, false), beat(0xff, true)}), kNone);
}

// Without a listener a violation is an error report that says where.
TEST(ProtocolChecker, ReportsAnError) {
    fresh_simulation();
    Wires w;
    HandshakeChecker checker("watch", 2);
    checker.clk(w.clk);
    checker.rst_n(w.rst_n);
    checker.valid(w.valid);
    checker.ready(w.ready);
    for (std::size_t i = 0; i < 2; ++i) checker.payload[i](w.pins[i]);
    w.elaborate();
    w.rst_n.write(true);
    w.valid.write(true);
    pulse(w);
    w.valid.write(false);
    try {
        pulse(w);
        FAIL() << "no report";
    } catch (const sc_core::sc_report& report) {
        EXPECT_NE(
            std::string(report.what()).find("watch: cycle 2: valid: breaks valid_until_ready"),
            std::string::npos)
            << report.what();
    }
}

}  // namespace
}  // namespace cimarron::test
