// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/flit_network.h"

#include "common/rng.h"
#include "tests/support/random_hardware.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

namespace cimarron {
namespace {

struct Vector {
    int source;
    int route;
    std::int64_t bits;
    std::int64_t from_cycle;  // not requested earlier
};

// Blocks anywhere on a chip, and random sets of them as destinations.
struct Chip {
    InterconnectParams params;
    int tiles;
    std::vector<int> tile_of_block;
    std::vector<std::vector<int>> routes;

    RouteMap map() const { return {params, tiles, tile_of_block, routes}; }
    bool goes_to(int route, int block) const {
        const auto& blocks = routes[static_cast<std::size_t>(route)];
        return std::find(blocks.begin(), blocks.end(), block) != blocks.end();
    }
};

Chip random_chip(Rng& rng) {
    Chip chip;
    chip.params = test::random_interconnect(rng);
    chip.params.topology = rng.coin(0.5) ? Topology::mesh : Topology::h_tree;
    chip.tiles = rng.uniform_int(1, 40);
    const int blocks = rng.uniform_int(2, 14);
    for (int b = 1; b < blocks; ++b)
        chip.tile_of_block.push_back(rng.uniform_int(0, chip.tiles - 1));
    chip.tile_of_block.push_back(kGlobalBufferTile);
    for (int r = 0; r < 6; ++r) {
        chip.routes.emplace_back();
        for (int b = 0; b < blocks; ++b)
            if (rng.coin(0.4)) chip.routes.back().push_back(b);
        if (chip.routes.back().empty())
            chip.routes.back().push_back(rng.uniform_int(0, blocks - 1));
    }
    return chip;
}

struct Arrival {
    int vector;
    int block;
    std::int64_t cycle;
    bool operator==(const Arrival& o) const {
        return vector == o.vector && block == o.block && cycle == o.cycle;
    }
};

constexpr std::int64_t kTooLong = 1000000;

// Each source requests its vectors in order, the next once the last is accepted. every_cycle: steps
// in each cycle, asked for or not.
std::vector<Arrival> run(const Chip& chip, const std::vector<Vector>& vectors,
                         bool every_cycle = false) {
    RouteMap map = chip.map();
    FlitNetwork network(chip.params, map);
    std::vector<std::deque<int>> queues(chip.tile_of_block.size());
    for (std::size_t v = 0; v < vectors.size(); ++v)
        queues[static_cast<std::size_t>(vectors[v].source)].push_back(static_cast<int>(v));
    std::vector<bool> busy(queues.size());
    std::vector<Arrival> arrivals;
    FabricEvents events;
    for (std::int64_t cycle = 0; cycle < kTooLong; ++cycle) {
        for (std::size_t s = 0; s < queues.size(); ++s) {
            if (busy[s] || queues[s].empty()) continue;
            const Vector& v = vectors[static_cast<std::size_t>(queues[s].front())];
            if (v.from_cycle > cycle) continue;
            network.request(cycle, static_cast<int>(s), v.route, v.bits, queues[s].front());
            busy[s] = true;
        }
        if (!every_cycle && network.next() > cycle) {
            const bool over =
                network.next() == Fabric::kNever &&
                std::all_of(queues.begin(), queues.end(), [](const auto& q) { return q.empty(); });
            if (over) break;
            continue;
        }
        events.accepted.clear();
        events.arrivals.clear();
        network.step(cycle, events);
        for (const int s : events.accepted) {
            busy[static_cast<std::size_t>(s)] = false;
            queues[static_cast<std::size_t>(s)].pop_front();
        }
        for (const auto& a : events.arrivals) arrivals.push_back({a.vector, a.block, cycle});
        if (every_cycle && cycle > 20000) break;
    }
    return arrivals;
}

std::vector<Vector> random_traffic(Rng& rng, const Chip& chip, int count) {
    std::vector<Vector> vectors;
    for (int v = 0; v < count; ++v)
        vectors.push_back({rng.uniform_int(0, static_cast<int>(chip.tile_of_block.size()) - 1),
                           rng.uniform_int(0, static_cast<int>(chip.routes.size()) - 1),
                           rng.uniform_int(1, 400), rng.uniform_int(0, 200)});
    return vectors;
}

TEST(FlitNetwork, ZeroLoadLatencyEqualsItsFormula) {
    const std::uint64_t seed = test::test_seed(51);
    Rng rng(seed);
    for (int trial = 0; trial < 1000; ++trial) {
        const Chip chip = random_chip(rng);
        const Vector vector = random_traffic(rng, chip, 1).front();
        const std::vector<Arrival> arrivals = run(chip, {vector});
        RouteMap map = chip.map();
        ASSERT_EQ(arrivals.size(), map.blocks(vector.route).size());
        for (const Arrival& a : arrivals)
            ASSERT_EQ(a.cycle - vector.from_cycle,
                      map.zero_load_cycles(vector.source, a.block, vector.bits))
                << "seed " << seed << " trial " << trial;
    }
}

// Worked by hand: three hops of a mesh, two flits and their head.
TEST(FlitNetwork, ZeroLoadLatencyOfAKnownPath) {
    InterconnectParams params;
    params.topology = Topology::mesh;
    params.width_bits = 32;
    params.router_cycles = 2;
    // Eight tiles and the global buffer: three columns, snaking: GB 0 1 / 4 3 2 / 5 6 7.
    RouteMap map(params, 8, {kGlobalBufferTile, 6}, {{1}});
    // Interface 1, port 1, four routers of 2, three links, port 1, two more flits behind the head.
    EXPECT_EQ(map.zero_load_cycles(0, 1, 64), 1 + 1 + 4 * 2 + 3 + 1 + 2);
    EXPECT_EQ(map.tree(0, 0).routers, 4);
    EXPECT_EQ(map.tree(0, 0).half_pitches, 6);
    params.topology = Topology::h_tree;
    params.leaf_width_bits = 8;
    // Three levels; from the root two switches below it: widths 32, 16 and, at the leaf, 8 bits.
    RouteMap tree(params, 8, {kGlobalBufferTile, 6}, {{1}});
    EXPECT_EQ(tree.zero_load_cycles(0, 1, 64), 1 + (1 + 1 + 2 + 4) + 3 * 2 + 2 * 4);
    EXPECT_EQ(tree.tree(0, 0).half_pitches, 2 + 1 + 1);
}

// Any traffic drains (no deadlock), every vector arrives once in each block of its destination, in
// its source's order and not before its zero-load time; a step too many changes nothing.
TEST(FlitNetwork, RandomTrafficArrivesOnceInOrder) {
    const std::uint64_t seed = test::test_seed(52);
    Rng rng(seed);
    for (int trial = 0; trial < 300; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        const Chip chip = random_chip(rng);
        const std::vector<Vector> vectors = random_traffic(rng, chip, rng.uniform_int(1, 120));
        const std::vector<Arrival> arrivals = run(chip, vectors);
        std::map<std::pair<int, int>, int> copies;
        std::map<std::pair<int, int>, int> newest;  // source and block -> vector
        RouteMap map = chip.map();
        for (const Arrival& a : arrivals) {
            const Vector& v = vectors[static_cast<std::size_t>(a.vector)];
            ++copies[{a.vector, a.block}];
            EXPECT_TRUE(chip.goes_to(v.route, a.block));
            EXPECT_GE(a.cycle - v.from_cycle, map.zero_load_cycles(v.source, a.block, v.bits));
            const auto last = newest.find({v.source, a.block});
            EXPECT_TRUE(last == newest.end() || last->second < a.vector);
            newest[{v.source, a.block}] = a.vector;
        }
        std::size_t expected = 0;
        for (const Vector& v : vectors) expected += map.blocks(v.route).size();
        ASSERT_EQ(arrivals.size(), expected);
        ASSERT_EQ(copies.size(), expected);
        if (trial < 20) {
            EXPECT_EQ(run(chip, vectors, true), arrivals);
        }
    }
}

// A block's way in carries one flit at a time: all that goes there takes its flits' time at least,
// and alone, at saturation, hardly more.
TEST(FlitNetwork, ContentionForABlockAddsUp) {
    Rng rng(test::test_seed(53));
    for (int trial = 0; trial < 200; ++trial) {
        Chip chip = random_chip(rng);
        chip.routes = {{static_cast<int>(chip.tile_of_block.size()) - 1}};
        std::vector<Vector> vectors = random_traffic(rng, chip, 1);
        vectors.clear();
        std::int64_t flits = 0;
        std::int64_t slowest_path = 0;
        RouteMap map = chip.map();
        for (int source = 0; source + 1 < static_cast<int>(chip.tile_of_block.size()); ++source)
            for (int i = 0; i < 10; ++i) {
                vectors.push_back({source, 0, 300, 0});
                flits += cut_into_packets(chip.params, 300).flits;
                slowest_path =
                    std::max(slowest_path, map.zero_load_cycles(source, chip.routes[0][0], 300));
            }
        const std::int64_t end = run(chip, vectors).back().cycle;
        EXPECT_GE(end, flits);
        EXPECT_GE(end, slowest_path);
    }
}

}  // namespace
}  // namespace cimarron
