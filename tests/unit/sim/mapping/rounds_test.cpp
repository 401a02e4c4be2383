// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/round_assignment.h"

#include "common/error.h"
#include "hw/program/reload_plan.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace cimarron {
namespace {

struct Case {
    IntegerNetwork network;
    AcceleratorParams params;
    int blocks = 0;  // with room for all
};

Case too_small(Rng& rng) {
    Case c;
    do {
        c.network = rng.coin(0.5) ? test::random_graph(rng) : lower(test::random_network(rng));
        c.params = test::random_accelerator(rng);
        c.params.tile.dataflow = Dataflow::sequential;
        c.blocks = map_network(c.network, c.params).blocks();
    } while (c.blocks < 2);
    c.params.tiles = rng.uniform_int(1, c.blocks - 1);
    c.params.dram.bytes = 1 << 26;
    return c;
}

int last_round_that_reads(const Program& program, int tensor) {
    int last = -1;
    for (int round = 0; round < program.rounds; ++round)
        if (program.read_in(tensor, round)) last = round;
    return last;
}

// In no round are there more tiles than the chip has, each is one thing in it, and what a stage
// reads is made in earlier rounds or whole in its own; tensors are kept when a later round reads
// them.
TEST(Rounds, FitTheChipAndTheirOrder) {
    const std::uint64_t seed = test::test_seed(15);
    Rng rng(seed);
    for (int trial = 0; trial < 300; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Case c = too_small(rng);
        if (trial % 3 == 0) c.params.mapping = Mapping::automatic;
        const Program program = map_network(c.network, c.params);
        ASSERT_GT(program.rounds, 1);
        std::vector<std::set<int>> used(static_cast<std::size_t>(program.rounds));
        for (const Stage& stage : program.stages)
            for (const TilePlacement& tile : stage.tiles) {
                ASSERT_TRUE(used[static_cast<std::size_t>(tile.round)].insert(tile.tile).second);
                ASSERT_LT(tile.tile, c.params.tiles);
                for (const int tensor : {stage.input, stage.residual}) {
                    if (tensor < 0 || program.tensor(tensor).stage < 0) continue;
                    const Stage& maker =
                        program.stages[static_cast<std::size_t>(program.tensor(tensor).stage)];
                    const bool split = maker.first_round() < maker.last_round();
                    ASSERT_LE(maker.last_round() + (split ? 1 : 0), tile.round);
                }
            }
        for (const std::set<int>& round : used) ASSERT_FALSE(round.empty());
        for (int t = 1; t < static_cast<int>(program.tensors.size()); ++t) {
            const int made =
                program.stages[static_cast<std::size_t>(program.tensor(t).stage)].last_round();
            ASSERT_EQ(program.tensor(t).kept, last_round_that_reads(program, t) > made);
            ASSERT_TRUE(program.tensor(t).kept || !program.tensor(t).in_dram);
        }
        for (int round = 0; round < program.rounds; ++round)
            ASSERT_LE(kept_bits(program, round), std::int64_t{c.params.global_buffer.bytes} * 8);
        ASSERT_LE(program.writes_per_image(), program.rounds);
    }
}

// More tiles never need more rounds, and free ones are used by mapping: auto.
TEST(Rounds, AreNoMoreOnALargerChip) {
    const std::uint64_t seed = test::test_seed(16);
    Rng rng(seed);
    for (int trial = 0; trial < 30; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Case c = too_small(rng);
        int before = 1 << 20;
        for (c.params.tiles = 1; c.params.tiles <= c.blocks; ++c.params.tiles) {
            const Program program = map_network(c.network, c.params);
            ASSERT_LE(program.rounds, before) << c.params.tiles << " tiles";
            before = program.rounds;
        }
        ASSERT_EQ(before, 1);
    }
}

// Each row and all coefficients once, in bytes that follow each other.
TEST(Rounds, ReloadPlansBringEveryRowOnce) {
    const std::uint64_t seed = test::test_seed(17);
    Rng rng(seed);
    for (int trial = 0; trial < 100; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        const Case c = too_small(rng);
        const Program program = map_network(c.network, c.params);
        std::vector<const TilePlacement*> blocks;
        for (const Stage& stage : program.stages)
            for (const TilePlacement& tile : stage.tiles) blocks.push_back(&tile);
        std::set<std::vector<int>> seen;
        std::size_t rows = 0;
        for (const TilePlacement* tile : blocks) {
            ++rows;
            for (const MacroPlacement& macro : tile->macros)
                rows += static_cast<std::size_t>(macro.rows);
        }
        int round = 0;
        for (const ReloadPlan& plan : reload_plans(program, 64)) {
            EXPECT_EQ(plan.address % 64, 0);
            std::int64_t offset = 0;
            for (const ReloadItem& item : plan.items) {
                EXPECT_EQ(item.offset, offset);
                offset += item.bytes();
                EXPECT_EQ(blocks[static_cast<std::size_t>(item.block)]->round, round);
                EXPECT_TRUE(seen.insert({item.block, item.macro, item.row}).second);
            }
            EXPECT_EQ(plan.bytes, offset);
            EXPECT_EQ(reload_data(program, plan).size(), static_cast<std::size_t>(plan.bytes));
            ++round;
        }
        EXPECT_EQ(seen.size(), rows);
    }
}

TEST(Rounds, SayWhatCannotBeReloaded) {
    const std::uint64_t seed = test::test_seed(18);
    Rng rng(seed);
    const Case c = too_small(rng);
    const auto refusal = [&](auto change) -> std::string {
        AcceleratorParams params = c.params;
        change(params);
        try {
            map_network(c.network, params);
        } catch (const UserError& error) {
            return error.what();
        }
        return "no error";
    };
    const auto expect = [](const std::string& text, const char* part) {
        EXPECT_NE(text.find(part), std::string::npos) << text;
    };
    expect(refusal([](AcceleratorParams& p) { p.dram.bytes = 0; }), "give it a dram");
    expect(refusal([](AcceleratorParams& p) { p.tile.dataflow = Dataflow::pipelined; }),
           "dataflow: sequential only");
    expect(refusal([](AcceleratorParams& p) { p.dram.bytes = p.dram.row_bytes; }), "dram.bytes is");
}

}  // namespace
}  // namespace cimarron
