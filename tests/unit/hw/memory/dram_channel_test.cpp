// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/dram_channel.h"

#include "common/bits.h"
#include "common/rng.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

namespace cimarron {
namespace {

struct Request {
    std::int64_t cycle = 0;  // at the earliest
    std::uint64_t address = 0;
    std::vector<unsigned char> data;  // what is written, or what was read
    bool write = false;
    std::int64_t sent = 0;
    std::int64_t answered = 0;
};

class Memory final : public tlm::tlm_mm_interface {
    void free(tlm::tlm_generic_payload* payload) override { payload->reset(); }
};

// Sends requests at their cycles whether or not earlier ones are answered, and ends each response
// at once or a cycle later.
class Requester : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Requester);
    Requester(const sc_core::sc_module_name& name, std::vector<Request>& requests, bool late,
              const Clock& clock)
        : sc_module(name), requests_(requests), late_(late), clock_(clock) {
        initiator.register_nb_transport_bw(this, &Requester::answer);
        SC_THREAD(send);
        SC_METHOD(end);
        sensitive << end_event_;
        dont_initialize();
    }
    tlm_utils::simple_initiator_socket<Requester> initiator{"initiator"};
    std::size_t answers = 0;

private:
    void send() {
        for (Request& r : requests_) {
            if (r.cycle > clock_.now()) wait(clock_.cycles(r.cycle - clock_.now()));
            payloads_.push_back(std::make_unique<tlm::tlm_generic_payload>(&memory_));
            tlm::tlm_generic_payload& p = *payloads_.back();
            p.acquire();
            p.set_command(r.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
            p.set_address(r.address);
            p.set_data_ptr(r.data.data());
            p.set_data_length(static_cast<unsigned>(r.data.size()));
            p.set_streaming_width(static_cast<unsigned>(r.data.size()));
            tlm::tlm_phase phase = tlm::BEGIN_REQ;
            sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
            r.sent = clock_.now();
            EXPECT_EQ(initiator->nb_transport_fw(p, phase, delay), tlm::TLM_UPDATED);
            EXPECT_TRUE(phase == tlm::END_REQ);
        }
    }
    tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& /*delay*/) {
        EXPECT_TRUE(phase == tlm::BEGIN_RESP);
        EXPECT_TRUE(payload.is_response_ok());
        EXPECT_EQ(&payload, payloads_[answers].get()) << "out of order";
        requests_[answers++].answered = clock_.now();
        if (!late_) {
            payload.release();
            return tlm::TLM_COMPLETED;
        }
        waiting_ = &payload;
        end_event_.notify(clock_.cycles(1));
        return tlm::TLM_ACCEPTED;
    }
    void end() {
        tlm::tlm_phase phase = tlm::END_RESP;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        initiator->nb_transport_fw(*waiting_, phase, delay);
        waiting_->release();
    }
    Memory memory_;
    std::vector<Request>& requests_;
    const bool late_;
    const Clock& clock_;
    std::vector<std::unique_ptr<tlm::tlm_generic_payload>> payloads_;
    tlm::tlm_generic_payload* waiting_ = nullptr;
    sc_core::sc_event end_event_{"end_event"};
};

struct Bench {
    Bench(const DramParams& params, std::vector<Request>& requests, bool late = false)
        : clock(1000), requester("requester", requests, late, clock), dram("dram", params, clock) {
        requester.initiator.bind(dram.target);
        sc_core::sc_start();
        EXPECT_EQ(requester.answers, requests.size());
    }
    Clock clock;
    Requester requester;
    DramChannel dram;
};

DramParams small_dram() {
    DramParams p;
    p.bytes = 1 << 16;
    p.banks = 4;
    p.row_bytes = 256;
    p.burst_bytes = 32;
    p.activate_cycles = 15;
    p.precharge_cycles = 13;
    p.access_cycles = 11;
    p.bytes_per_cycle = 6;  // t = 6 cycles a burst
    return p;
}

Request read(std::int64_t cycle, std::uint64_t address, std::size_t bytes) {
    return {cycle, address, std::vector<unsigned char>(bytes), false};
}

// The formulas of dram_banks.h, one by one.
TEST(DramChannel, LatencyIsItsFormula) {
    test::fresh_simulation();
    const std::uint64_t same_bank = 4 * 256;  // banks * row_bytes further
    std::vector<Request> requests = {read(0, 0, 32),         read(1000, 32, 32),
                                     read(2000, 64, 96),     read(3000, same_bank, 32),
                                     read(4000, 256, 1),     read(5000, 256 + 31, 2),
                                     read(6000, 3 * 256, 32)};
    const Bench bench(small_dram(), requests);
    const std::vector<std::int64_t> expected = {15 + 11 + 6,       // no row open
                                                11 + 6,            // its row open
                                                11 + 3 * 6,        // three bursts
                                                13 + 15 + 11 + 6,  // another row open
                                                15 + 11 + 6,       // a byte is a burst
                                                11 + 2 * 6,        // two bytes in two bursts
                                                15 + 11 + 6};
    std::int64_t busy = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        EXPECT_EQ(requests[i].answered - requests[i].sent, expected[i]) << "request " << i;
        busy += expected[i];
    }
    EXPECT_EQ(bench.dram.activity().activations, 4);
    EXPECT_EQ(bench.dram.activity().bytes_read, 10 * 32);
    EXPECT_EQ(bench.dram.activity().bytes_written, 0);
    EXPECT_EQ(bench.dram.activity().busy_cycles, busy);
}

// A stream of one request after another keeps the pins busy over the borders of rows: while one
// bank transfers, the next opens its row. Rows of one bank cannot.
TEST(DramChannel, BanksOpenRowsWhileOthersTransfer) {
    const auto last_answer = [](std::uint64_t stride) {
        test::fresh_simulation();
        std::vector<Request> requests;
        for (std::uint64_t i = 0; i < 16; ++i) requests.push_back(read(0, i * stride, 256));
        const Bench bench(small_dram(), requests);
        return requests.back().answered;
    };
    EXPECT_EQ(last_answer(256), 15 + 11 + 16 * 8 * 6);
    EXPECT_EQ(last_answer(4 * 256), 15 + 11 + 8 * 6 + 15 * (13 + 15 + 11 + 8 * 6));
}

// What the channel must do, written down naively: one burst at a time.
std::int64_t naive_answer(const DramParams& p, std::int64_t cycle, const Request& r,
                          std::map<std::int64_t, std::vector<std::int64_t>>& banks,
                          std::int64_t& pins_free) {
    std::int64_t over = 0;
    const auto burst = static_cast<std::uint64_t>(p.burst_bytes);
    for (std::uint64_t a = r.address / burst * burst; a < r.address + r.data.size(); a += burst) {
        const auto row = static_cast<std::int64_t>(a) / p.row_bytes;
        std::vector<std::int64_t>& bank = banks[row % p.banks];  // open row, opened, last burst
        if (bank.empty())
            bank = {row, cycle + p.activate_cycles, 0};
        else if (bank[0] != row)
            bank = {row, std::max(cycle, bank[2]) + p.precharge_cycles + p.activate_cycles,
                    bank[2]};
        const int t = (p.burst_bytes + p.bytes_per_cycle - 1) / p.bytes_per_cycle;
        const std::int64_t first_byte =
            std::max({cycle + p.access_cycles, bank[1] + p.access_cycles, pins_free});
        pins_free = over = bank[2] = first_byte + t;
    }
    return over;
}

// Random traffic: the times of the recurrence, in order; every byte read is the last one written;
// faster parts are never slower.
TEST(DramChannel, ServesRandomTraffic) {
    const std::uint64_t seed = test::test_seed(31);
    for (std::uint64_t trial = 0; trial < 100; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        DramParams p;
        p.bytes = 1 << 14;
        p.banks = rng.uniform_int(1, 8);
        p.burst_bytes = 1 << rng.uniform_int(2, 6);
        p.row_bytes = p.burst_bytes << rng.uniform_int(0, 4);
        p.activate_cycles = rng.uniform_int(1, 30);
        p.precharge_cycles = rng.uniform_int(1, 30);
        p.access_cycles = rng.uniform_int(1, 30);
        p.bytes_per_cycle = rng.uniform_int(1, 16);
        std::vector<Request> requests;
        std::int64_t cycle = 0;
        for (int i = 0; i < 60; ++i) {
            Request r;
            cycle += rng.coin(0.5) ? 0 : rng.uniform_int(1, 100);
            r.cycle = cycle;
            r.data.resize(static_cast<std::size_t>(rng.uniform_int(1, 300)));
            r.address = static_cast<std::uint64_t>(rng.uniform_int(0, 8000));
            r.write = rng.coin(0.5);
            for (unsigned char& byte : r.data)
                byte = static_cast<unsigned char>(rng.uniform_int(0, 255));
            requests.push_back(std::move(r));
        }
        const std::vector<Request> asked = requests;
        const bool late = trial % 4 == 0;
        const Bench bench(p, requests, late);
        std::vector<unsigned char> memory(static_cast<std::size_t>(p.bytes));
        std::map<std::int64_t, std::vector<std::int64_t>> banks;
        std::int64_t pins_free = 0;
        std::int64_t before = -1;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const Request& r = requests[i];
            const std::int64_t due = naive_answer(p, r.sent, asked[i], banks, pins_free);
            ASSERT_EQ(r.answered, std::max(due, late ? before + 1 : 0)) << "request " << i;
            before = r.answered;
            const auto at = memory.begin() + static_cast<std::ptrdiff_t>(r.address);
            if (r.write)
                std::copy(r.data.begin(), r.data.end(), at);
            else
                ASSERT_TRUE(std::equal(r.data.begin(), r.data.end(), at)) << "request " << i;
        }
    }
}

}  // namespace
}  // namespace cimarron
