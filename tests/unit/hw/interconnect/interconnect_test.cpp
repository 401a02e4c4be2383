// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/interconnect.h"
#include "hw/interconnect/transfer_timing.h"

#include "common/rng.h"
#include "hw/common/payload.h"
#include "hw/tile/stage_timing.h"
#include "tests/support/random_hardware.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <memory>
#include <vector>

namespace cimarron {
namespace {

struct Delivery {
    std::int64_t cycle;
    int source;
    std::vector<std::uint8_t> codes;
};

// Sends `count` vectors to destination 0, the next as soon as the last is taken, and notes what
// arrives.
class Block : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Block);
    Block(const sc_core::sc_module_name& name, int id, int count, int codes, const Clock& clock)
        : sc_module(name),
          left_(count),
          codes_(static_cast<std::size_t>(codes), std::uint8_t(id)),
          clock_(clock) {
        initiator.register_nb_transport_bw(this, &Block::sent);
        target.register_b_transport(this, &Block::receive);
        payload_.extension.first_pixel = id;
        payload_.extension.channels = codes;
        SC_METHOD(send);
        sensitive << next_;
    }
    tlm_utils::simple_initiator_socket<Block> initiator{"initiator"};
    tlm_utils::simple_target_socket<Block> target{"target"};
    std::vector<Delivery> deliveries;

private:
    void send() {
        if (left_-- <= 0) return;
        auto& payload = payload_.write(0, codes_.data(), codes_.size());
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        initiator->nb_transport_fw(payload, phase, delay);
    }
    tlm::tlm_sync_enum sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& /*delay*/) {
        EXPECT_TRUE(phase == tlm::BEGIN_RESP);
        payload.release();
        next_.notify(sc_core::SC_ZERO_TIME);
        return tlm::TLM_COMPLETED;
    }
    void receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
        const auto* data = payload.get_data_ptr();
        deliveries.push_back({clock_.now(),
                              payload.get_extension<VectorExtension>()->first_pixel,
                              {data, data + payload.get_data_length()}});
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    int left_;
    std::vector<std::uint8_t> codes_;
    const Clock& clock_;
    ReusablePayload<VectorExtension> payload_;
    sc_core::sc_event next_{"next"};
};

// Four senders and two receivers on tiles 0..5 of a chip.
struct Bench {
    Bench(const InterconnectParams& params, Rng& rng)
        : clock(rng.uniform_int(1, 3000)),
          senders(rng.uniform_int(1, 4)),
          count(rng.uniform_int(1, 6)),
          codes(rng.uniform_int(1, 40)),
          interconnect("interconnect", params, clock) {
        std::vector<int> tiles;
        for (int b = 0; b < senders + 2; ++b) {
            blocks.push_back(std::make_unique<Block>(fmt::format("block_{}", b).c_str(), b,
                                                     b < senders ? count : 0, codes, clock));
            blocks.back()->initiator.bind(interconnect.vector_target);
            interconnect.vector_initiator.bind(blocks.back()->target);
            tiles.push_back(b);
        }
        interconnect.set_routes(senders + 2, tiles, {{senders, senders + 1}});
        sc_core::sc_start();
    }
    const Block& receiver(int i) const { return *blocks[static_cast<std::size_t>(senders + i)]; }

    const Clock clock;
    const int senders;
    const int count;
    const int codes;
    Interconnect interconnect;
    std::vector<std::unique_ptr<Block>> blocks;
};

// Contention is arbitrated: the bus carries one vector at a time, each for its zero-load time, in
// round-robin order, to every block of the destination; nothing is lost, changed or doubled.
TEST(Interconnect, BusCarriesOneVectorAtATimeRoundRobin) {
    Rng rng(test::test_seed(31));
    for (int trial = 0; trial < 60; ++trial) {
        test::fresh_simulation();
        const InterconnectParams params{rng.uniform_int(1, 64), rng.uniform_int(0, 3)};
        const Bench bench(params, rng);
        const std::int64_t each = transfer_cycles(params, std::int64_t{bench.codes} * 8);
        const auto& first = bench.receiver(0).deliveries;
        ASSERT_EQ(first.size(), static_cast<std::size_t>(bench.senders * bench.count));
        for (std::size_t i = 0; i < first.size(); ++i) {
            EXPECT_EQ(first[i].cycle, static_cast<std::int64_t>(i + 1) * each) << "trial " << trial;
            EXPECT_EQ(first[i].source, static_cast<int>(i) % bench.senders);
            EXPECT_EQ(bench.receiver(1).deliveries[i].source, first[i].source);
        }
        const InterconnectActivity& activity = bench.interconnect.activity().front();
        EXPECT_EQ(activity.flits, bench.senders * bench.count * (each - params.arbitration_cycles));
    }
}

// On any topology what is sent arrives, unchanged and once in each block, and a source's vectors
// keep their order.
TEST(Interconnect, DeliversEveryVectorUnchangedOnAnyTopology) {
    Rng rng(test::test_seed(32));
    for (int trial = 0; trial < 100; ++trial) {
        test::fresh_simulation();
        const Bench bench(test::random_interconnect(rng), rng);
        for (int r = 0; r < 2; ++r) {
            std::vector<int> from(static_cast<std::size_t>(bench.senders));
            for (const Delivery& d : bench.receiver(r).deliveries) {
                ++from[static_cast<std::size_t>(d.source)];
                EXPECT_EQ(d.codes, std::vector<std::uint8_t>(static_cast<std::size_t>(bench.codes),
                                                             static_cast<std::uint8_t>(d.source)));
            }
            EXPECT_EQ(from, std::vector<int>(static_cast<std::size_t>(bench.senders), bench.count));
        }
        const InterconnectActivity& activity = bench.interconnect.activity().front();
        EXPECT_EQ(activity.transfers, bench.senders * bench.count);
        EXPECT_EQ(activity.payload_bits,
                  std::int64_t{bench.senders} * bench.count * bench.codes * 8);
        EXPECT_EQ(bench.interconnect.codes_accepted(), bench.interconnect.codes_delivered());
        EXPECT_EQ(bench.interconnect.waiting_for(), "");
    }
}

}  // namespace
}  // namespace cimarron
