// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/tile/band.h"
#include "quant/lower.h"
#include "sim/mapping/estimate.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace cimarron {
namespace {

AcceleratorParams sharing_chip(Rng& rng) {
    AcceleratorParams params = test::random_accelerator(rng);
    params.tile.dataflow = Dataflow::sequential;
    params.tile.share = true;
    params.tile.duplicate = false;
    params.tile.macros += rng.uniform_int(0, 40);
    return params;
}

bool depends(const Program& program, int stage, int on) {
    if (stage < 0) return false;
    const Stage& reader = program.stages[static_cast<std::size_t>(stage)];
    for (const int tensor : {reader.input, reader.residual}) {
        const int maker = tensor < 0 ? -1 : program.tensor(tensor).stage;
        if (maker == on || depends(program, maker, on)) return true;
    }
    return false;
}

std::int64_t all_cycles(const Program& program, const AcceleratorParams& params) {
    std::int64_t cycles = 0;
    for (const Stage& stage : program.stages) cycles += estimated_cycles(params, stage);
    return cycles;
}

// Side by side in a tile's macros, each after those that it depends on, in fewer tiles.
TEST(SharedTiles, HoldLayersThatDependOnEachOther) {
    const std::uint64_t seed = test::test_seed(23);
    Rng rng(seed);
    int saved = 0;
    for (int trial = 0; trial < 300; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        const IntegerNetwork network =
            rng.coin(0.7) ? test::random_graph(rng, {10, true}) : lower(test::random_network(rng));
        AcceleratorParams params = sharing_chip(rng);
        const Program program = map_network(network, params);
        struct Tile {
            int macros = 0;
            std::vector<int> stages;
        };
        std::map<int, Tile> tiles;
        for (int s = 0; s < static_cast<int>(program.stages.size()); ++s)
            for (const TilePlacement& block : program.stages[static_cast<std::size_t>(s)].tiles) {
                Tile& tile = tiles[block.tile];
                ASSERT_EQ(block.first_macro, tile.macros);
                tile.macros += block.macro_count();
                ASSERT_LE(tile.macros, params.tile.macros);
                for (const int earlier : tile.stages) ASSERT_TRUE(depends(program, s, earlier));
                tile.stages.push_back(s);
            }
        ASSERT_EQ(program.tiles_used(), static_cast<int>(tiles.size()));
        params.tile.share = false;
        const int alone = map_network(network, params).tiles_used();
        ASSERT_LE(program.tiles_used(), alone);
        saved += alone - program.tiles_used();
    }
    EXPECT_GT(saved, 300);
}

// Copies take what is free, never another tile or round, and never make it slower.
TEST(SharedTiles, FreeMacrosHoldCopies) {
    const std::uint64_t seed = test::test_seed(24);
    Rng rng(seed);
    int faster = 0;
    for (int trial = 0; trial < 150; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        const IntegerNetwork network = test::random_graph(rng);
        AcceleratorParams params = sharing_chip(rng);
        params.dram.bytes = 1 << 26;
        params.tiles = rng.uniform_int(1, 6);
        params.fit_tiles = rng.coin(0.3);
        const Program once = map_network(network, params);
        params.tile.duplicate = true;
        const Program program = map_network(network, params);
        ASSERT_EQ(program.rounds, once.rounds);
        ASSERT_LE(program.tiles_used(), params.fit_tiles ? once.tiles_used() : params.tiles);
        ASSERT_LE(all_cycles(program, params), all_cycles(once, params));
        faster += all_cycles(program, params) < all_cycles(once, params);
        for (const Stage& stage : program.stages)
            for (const TilePlacement& tile : stage.tiles)
                ASSERT_LE(tile.copies, Band(stage.mvm, tile).windows());
    }
    EXPECT_GT(faster, 50);
}

// A tile's buffers hold the maps of layers that follow each other at once, not those of layers with
// another between them.
TEST(SharedTiles, NeedRoomForTheMapsThatTheyHoldAtOnce) {
    Rng rng(test::test_seed(25));
    int tried = 0;
    while (tried < 20) {
        test::RandomGraphOptions chain{3, false};
        const IntegerNetwork network = test::random_graph(rng, chain);
        AcceleratorParams params = sharing_chip(rng);
        params.tile.macros = 1000;
        params.tile.input_buffer.bytes = 1 << 20;
        const Program program = map_network(network, params);
        if (program.stages.size() < 2 || program.tiles_used() > 1) continue;
        ++tried;
        const auto least_bytes_for = [&](int tiles) {
            int low = 0;  // bytes that do not do
            int high = 1 << 20;
            while (high - low > 1) {
                AcceleratorParams tight = params;
                tight.tile.input_buffer.bytes = low + (high - low) / 2;
                bool fits = false;
                try {
                    fits = map_network(network, tight).tiles_used() <= tiles;
                } catch (const UserError&) {  // not even alone
                }
                (fits ? high : low) = tight.tile.input_buffer.bytes;
            }
            return high;
        };
        const auto bytes = [](const Stage& stage) {
            const MvmLayer& layer = stage.mvm;
            return std::int64_t{layer.input.size()} * layer.input_bits;
        };
        std::int64_t alone = 0;
        std::int64_t all = 0;
        for (const Stage& stage : program.stages) {
            alone = std::max(alone, bytes(stage));
            all += bytes(stage);
        }
        const int one_tile = least_bytes_for(1);
        EXPECT_GE(std::int64_t{one_tile} * 8, bytes(program.stages[0]) + bytes(program.stages[1]));
        EXPECT_GE(std::int64_t{one_tile} * 8, alone);
        EXPECT_LE(std::int64_t{one_tile - 1} * 8, all);
    }
}

TEST(SharedTiles, SayWhatTheyNeed) {
    Rng rng(test::test_seed(26));
    const IntegerNetwork network = test::random_graph(rng);
    const auto refusal = [&](const std::function<void(AcceleratorParams&)>& change) -> std::string {
        AcceleratorParams params = sharing_chip(rng);
        change(params);
        try {
            map_network(network, params);
        } catch (const UserError& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_NE(refusal([](AcceleratorParams& p) {
                  p.tile.dataflow = Dataflow::pipelined;
              }).find("needs dataflow: sequential"),
              std::string::npos);
    EXPECT_NE(refusal([](AcceleratorParams& p) {
                  p.mapping = Mapping::automatic;
              }).find("needs mapping: fill"),
              std::string::npos);
}

}  // namespace
}  // namespace cimarron
