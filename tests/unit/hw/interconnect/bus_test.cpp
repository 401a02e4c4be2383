// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/bus.h"
#include "hw/interconnect/transfer_timing.h"

#include "common/rng.h"
#include "hw/tile/stage_timing.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace cimarron {
namespace {

struct Source {
    std::vector<std::int64_t> bits;  // of its vectors
    std::vector<int> pauses;         // cycles before each, after the one before is accepted
};

struct Arrival {
    std::int64_t cycle;
    int vector;
    bool operator==(const Arrival& o) const { return cycle == o.cycle && vector == o.vector; }
};

// A cycle's requests and steps in an order of `order`'s choice, as a kernel may bring them.
std::vector<Arrival> run(const InterconnectParams& params, const std::vector<Source>& sources,
                         Rng& order) {
    std::vector<int> tiles(sources.size());
    RouteMap map(params, 1, tiles, {{0}});
    Bus bus(params, map);
    std::vector<Arrival> arrivals;
    std::vector<std::int64_t> due;
    std::vector<std::size_t> sent(sources.size());
    std::size_t left = 0;
    for (const Source& s : sources) {
        due.push_back(s.pauses.front());
        left += s.bits.size();
    }
    for (std::int64_t cycle = 0; left > 0; ++cycle) {
        for (bool again = true; again;) {
            again = false;
            std::vector<std::size_t> now;
            for (std::size_t s = 0; s < sources.size(); ++s)
                if (due[s] == cycle) now.push_back(s);
            if (!now.empty() && order.coin(0.7)) {
                const std::size_t s = now[static_cast<std::size_t>(
                    order.uniform_int(0, static_cast<int>(now.size()) - 1))];
                bus.request(cycle, static_cast<int>(s), 0, sources[s].bits[sent[s]],
                            static_cast<int>(s * 1000 + sent[s]));
                due[s] = -1;
            } else if (bus.next() <= cycle) {
                FabricEvents events;
                bus.step(cycle, events);
                for (const auto& arrival : events.arrivals)
                    arrivals.push_back({cycle, arrival.vector});
                left -= events.arrivals.size();
                for (const int s : events.accepted) {
                    const auto at = static_cast<std::size_t>(s);
                    if (++sent[at] < sources[at].bits.size())
                        due[at] = cycle + sources[at].pauses[sent[at]];
                }
            }
            again = bus.next() <= cycle || std::find(due.begin(), due.end(), cycle) != due.end();
        }
    }
    return arrivals;
}

// Cycles and order of what arrives do not depend on the order of events within a cycle.
TEST(Bus, SeesACyclesRequestsInAnyOrder) {
    const std::uint64_t seed = test::test_seed(71);
    for (std::uint64_t trial = 0; trial < 300; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        InterconnectParams params;
        params.width_bits = rng.uniform_int(1, 64);
        params.arbitration_cycles = rng.uniform_int(0, 2);
        std::vector<Source> sources(static_cast<std::size_t>(rng.uniform_int(2, 6)));
        std::int64_t busy = 0;
        for (Source& s : sources)
            for (int v = rng.uniform_int(1, 20); v > 0; --v) {
                s.bits.push_back(rng.uniform_int(1, 100));
                s.pauses.push_back(rng.uniform_int(0, 3));
                busy += transfer_cycles(params, s.bits.back());
            }
        const auto first = run(params, sources, rng);
        for (int again = 0; again < 5; ++again) ASSERT_TRUE(run(params, sources, rng) == first);
        ASSERT_GE(first.back().cycle, busy);
    }
}

// Two that ask in one cycle: it is the one's turn that was not served last.
TEST(Bus, TakesTurns) {
    InterconnectParams params;
    params.width_bits = 8;
    params.arbitration_cycles = 1;
    const std::vector<Source> sources = {{{8, 8, 8}, {0, 0, 0}}, {{16, 16}, {0, 0}}};
    Rng order(1);
    const std::vector<Arrival> expected = {{2, 0}, {5, 1000}, {7, 1}, {10, 1001}, {12, 2}};
    EXPECT_TRUE(run(params, sources, order) == expected);
}

}  // namespace
}  // namespace cimarron
