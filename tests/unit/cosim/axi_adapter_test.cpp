// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/axi_lite_to_tlm.h"
#include "hw/pins/axi_stream_to_tlm.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"
#include "tests/unit/cosim/axi_manager.h"

#include <tlm_utils/multi_passthrough_target_socket.h>

#include <gtest/gtest.h>

#include <cstring>
#include <map>

namespace cimarron::test {
namespace {

constexpr std::int64_t kPeriod = 1250;
constexpr std::uint64_t kSize = 4096;

// Answers after waiting, and annotating, as many cycles as it is told; outside there is an address
// error, and what is marked read-only refuses.
class Memory : public sc_core::sc_module {
public:
    Memory(const sc_core::sc_module_name& name, const Clock& clock)
        : sc_module(name), clock_(clock), bytes(kSize) {
        target.register_b_transport(this, &Memory::b_transport);
    }
    tlm_utils::multi_passthrough_target_socket<Memory> target{"target"};

private:
    void b_transport(int /*port*/, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        if (wait_cycles > 0) wait(clock_.cycles(wait_cycles));
        delay += clock_.cycles(delay_cycles);
        const std::uint64_t address = payload.get_address();
        if (address + payload.get_data_length() > bytes.size()) {
            payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
            return;
        }
        if (read_only && payload.is_write()) {
            payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
            return;
        }
        unsigned char* at = bytes.data() + address;
        if (payload.is_write())
            std::memcpy(at, payload.get_data_ptr(), payload.get_data_length());
        else
            std::memcpy(payload.get_data_ptr(), at, payload.get_data_length());
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    const Clock& clock_;

public:
    std::vector<unsigned char> bytes;
    int wait_cycles = 0;  // streams only: registers must answer
    int delay_cycles = 0;
    bool read_only = false;
};

struct Chip {
    explicit Chip(AxiBench& bench) {
        lite.clk(bench.clk), lite.rst_n(bench.rst_n), lite.s_axil.bind(bench.lite);
        in.clk(bench.clk), in.rst_n(bench.rst_n), in.s_axis.bind(bench.to);
        out.clk(bench.clk), out.rst_n(bench.rst_n), out.m_axis.bind(bench.from);
        lite.initiator.bind(memory.target);
        in.initiator.bind(memory.target);
        out.initiator.bind(memory.target);
    }
    Clock clock{kPeriod};
    AxiLiteToTlm lite{"registers", clock};
    AxiStreamToTlm in{"in", clock};
    TlmToAxiStream out{"out", clock};
    Memory memory{"memory", clock};
};

void run(std::uint64_t seed, const std::function<void(Chip&, Rng&, AxiManager&)>& body) {
    fresh_simulation();
    Rng rng(seed);
    AxiBench bench(kPeriod);
    Chip chip(bench);
    AxiManager manager("manager", bench, rng, [&](AxiManager& m) { body(chip, rng, m); });
    sc_core::sc_start();
    EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_STOPPED);
}

// Any accesses: what was written is read, and each answer stands at the second edge after the
// access was accepted, later by the annotated cycles.
TEST(AxiLiteToTlm, ReadsWhatWasWritten) {
    run(test_seed(64), [](Chip& chip, Rng& rng, AxiManager& m) {
        std::map<std::uint32_t, std::uint64_t> written;
        for (int i = 0; i < 300; ++i) {
            const auto address = static_cast<std::uint32_t>(8 * rng.uniform_int(0, 15));
            chip.memory.delay_cycles = rng.coin(0.5) ? 0 : rng.uniform_int(1, 9);
            if (rng.coin(0.5)) {
                const std::uint64_t value = rng.engine()();
                ASSERT_EQ(m.write(address, value), axi::kOkay);
                written[address] = value;
            } else {
                std::uint64_t value = 0;
                ASSERT_EQ(m.read(address, value), axi::kOkay);
                ASSERT_EQ(value, written[address]) << "address " << address << " access " << i;
            }
            ASSERT_EQ(m.response_cycles, 2 + chip.memory.delay_cycles);
        }
    });
}

TEST(AxiLiteToTlm, PassesOnWhatTheTargetRefuses) {
    run(1, [](Chip& chip, Rng& /*rng*/, AxiManager& m) {
        std::uint64_t value = 0;
        EXPECT_EQ(m.read(kSize, value), axi::kDecodeError);
        EXPECT_EQ(m.write(kSize, 1), axi::kDecodeError);
        EXPECT_EQ(m.write(0, 1, 0x0f), axi::kSubordinateError);
        chip.memory.read_only = true;
        EXPECT_EQ(m.write(0, 1), axi::kSubordinateError);
        EXPECT_EQ(m.read(0, value), axi::kOkay);
        EXPECT_EQ(value, 0U);
    });
}

TEST(AxiStream, PacketsGoInAndComeOut) {
    run(test_seed(65), [](Chip& chip, Rng& rng, AxiManager& m) {
        for (int i = 0; i < 60; ++i) {
            std::vector<std::uint8_t> packet;
            const int bytes = rng.uniform_int(1, 70);
            for (int b = 0; b < bytes; ++b)
                packet.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 255)));
            chip.memory.wait_cycles = rng.coin(0.5) ? 0 : rng.uniform_int(1, 20);
            chip.memory.delay_cycles = rng.uniform_int(0, 5);
            const auto address = static_cast<std::uint64_t>(rng.uniform_int(0, 1000));
            chip.in.address = address;
            m.send(packet);
            ASSERT_TRUE(chip.in.busy());
            while (chip.in.busy()) m.edge();
            const auto at = chip.memory.bytes.begin() + static_cast<std::ptrdiff_t>(address);
            ASSERT_TRUE(std::equal(packet.begin(), packet.end(), at));
            chip.out.start(address, packet.size());
            ASSERT_TRUE(chip.out.busy());
            ASSERT_EQ(m.receive(), packet);
            m.edge();
            ASSERT_FALSE(chip.out.busy());
        }
        EXPECT_FALSE(chip.in.failed() || chip.out.failed());
    });
}

// While the target waits with a packet, the stream does.
TEST(AxiStream, HoldsTheNextPacketBackWhileTheTargetWaits) {
    run(1, [](Chip& chip, Rng& /*rng*/, AxiManager& m) {
        for (const int cycles : {0, 1, 7, 40}) {
            chip.memory.wait_cycles = cycles;
            m.send({1, 2, 3});
            const std::int64_t sent = m.cycle;
            m.send({4});
            m.send({5});
            // Two beats, each the first to find ready again after the wait.
            const std::int64_t without_waiting = 2 * 2;
            EXPECT_GE(m.cycle - sent, without_waiting + 2 * cycles - 2);
            while (chip.in.busy()) m.edge();
        }
        EXPECT_EQ(chip.memory.bytes[0], 5);
    });
}

TEST(AxiStream, RefusedPacketsAreToldOf) {
    run(1, [](Chip& chip, Rng& /*rng*/, AxiManager& m) {
        chip.in.address = kSize;
        m.send({1, 2, 3});
        m.edge();
        EXPECT_TRUE(chip.in.failed());
        chip.out.start(0, 0);
        EXPECT_TRUE(chip.out.failed());
        EXPECT_FALSE(chip.out.busy());
    });
}

TEST(PinModule, RefusesAClockOfAnotherPeriod) {
    fresh_simulation();
    Rng rng(1);
    AxiBench bench(kPeriod + 1);
    Chip chip(bench);
    AxiManager manager("manager", bench, rng, [](AxiManager& m) { m.edge(); });
    EXPECT_THROW(sc_core::sc_start(), sc_core::sc_report);
}

}  // namespace
}  // namespace cimarron::test
