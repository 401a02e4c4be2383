// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/interconnect.h"

#include "common/rng.h"
#include "hw/common/payload.h"
#include "hw/tile/stage_timing.h"
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

// Sends `count` vectors to destination 0, the next as soon as the last is through.
class Sender : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Sender);
    Sender(const sc_core::sc_module_name& name, int id, int count, int codes)
        : sc_module(name), left_(count), codes_(static_cast<std::size_t>(codes), std::uint8_t(id)) {
        initiator.register_nb_transport_bw(this, &Sender::sent);
        payload_.extension.first_pixel = id;
        payload_.extension.channels = codes;
        SC_METHOD(send);
        sensitive << next_;
    }
    tlm_utils::simple_initiator_socket<Sender> initiator{"initiator"};

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
    int left_;
    std::vector<std::uint8_t> codes_;
    ReusablePayload<VectorExtension> payload_;
    sc_core::sc_event next_{"next"};
};

class Receiver : public sc_core::sc_module {
public:
    Receiver(const sc_core::sc_module_name& name, const Clock& clock)
        : sc_module(name), clock_(clock) {
        target.register_b_transport(this, &Receiver::receive);
    }
    tlm_utils::simple_target_socket<Receiver> target{"target"};
    std::vector<Delivery> deliveries;

private:
    void receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
        const auto* data = payload.get_data_ptr();
        deliveries.push_back({clock_.now(),
                              payload.get_extension<VectorExtension>()->first_pixel,
                              {data, data + payload.get_data_length()}});
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    const Clock& clock_;
};

// Contention is arbitrated: the bus carries one vector at a time, each for its zero-load time, in
// round-robin order, to every block of the destination; nothing is lost, changed or doubled.
TEST(Interconnect, CarriesOneVectorAtATimeRoundRobin) {
    Rng rng(test::test_seed(31));
    for (int trial = 0; trial < 60; ++trial) {
        test::fresh_simulation();
        InterconnectParams params{rng.uniform_int(1, 64), rng.uniform_int(0, 3)};
        const Clock clock(rng.uniform_int(1, 3000));
        const int senders = rng.uniform_int(1, 4);
        const int count = rng.uniform_int(1, 6);
        const int codes = rng.uniform_int(1, 40);
        Interconnect interconnect("interconnect", params, clock);
        interconnect.set_routes({{0, 1}});
        std::vector<std::unique_ptr<Sender>> sources;
        for (int s = 0; s < senders; ++s) {
            sources.push_back(
                std::make_unique<Sender>(fmt::format("sender_{}", s).c_str(), s, count, codes));
            sources.back()->initiator.bind(interconnect.vector_target);
        }
        Receiver first("first", clock);
        Receiver second("second", clock);
        interconnect.vector_initiator.bind(first.target);
        interconnect.vector_initiator.bind(second.target);
        sc_core::sc_start();

        const std::int64_t each = transfer_cycles(params, std::int64_t{codes} * 8);
        ASSERT_EQ(first.deliveries.size(), static_cast<std::size_t>(senders * count));
        for (std::size_t i = 0; i < first.deliveries.size(); ++i) {
            const Delivery& d = first.deliveries[i];
            EXPECT_EQ(d.cycle, static_cast<std::int64_t>(i + 1) * each) << "trial " << trial;
            EXPECT_EQ(d.source, static_cast<int>(i) % senders);
            EXPECT_EQ(d.codes, std::vector<std::uint8_t>(static_cast<std::size_t>(codes),
                                                         static_cast<std::uint8_t>(d.source)));
            EXPECT_EQ(second.deliveries[i].source, d.source);
        }
        const InterconnectActivity& activity = interconnect.activity().front();
        EXPECT_EQ(activity.transfers, senders * count);
        EXPECT_EQ(activity.payload_bits, std::int64_t{senders} * count * codes * 8);
        EXPECT_EQ(activity.flits, senders * count * (each - params.arbitration_cycles));
        EXPECT_EQ(interconnect.codes_accepted(), interconnect.codes_delivered());
    }
}

}  // namespace
}  // namespace cimarron
