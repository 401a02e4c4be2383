// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/accelerator/accelerator.h"
#include "hw/chip/activity_sum.h"
#include "hw/host/host.h"
#include "hw/memory/dram_channel.h"
#include "hw/run/simulation.h"
#include "hw/tile/post_schedule.h"
#include "hw/tile/residual_buffer.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace cimarron {
namespace {

struct Case {
    IntegerNetwork network;
    AcceleratorParams params;
    Program program;
    std::vector<Codes> images;
};

// A chip whose tiles hold several layers of the network; some with buffers so small that they
// decide who shares, some with too few tiles for one round.
Case shared(Rng& rng, bool graph) {
    Case c;
    do {
        c.network = graph ? test::random_graph(rng, {14, true}) : lower(test::random_network(rng));
        c.params = test::random_accelerator(rng);
        c.params.tile.dataflow = Dataflow::sequential;
        c.params.tile.share = true;
        c.params.tile.duplicate = rng.coin(0.4);
        c.params.dram.bytes = 1 << 26;
        c.params.tile.macros += rng.uniform_int(0, 40);
        if (rng.coin(0.4)) {
            c.params.tiles = rng.uniform_int(1, 2);
            c.params.tile.macros = test::most_row_tiles(map_network(c.network, c.params));
        }
        if (rng.coin(0.5)) c.params.tile.input_buffer.bytes = rng.uniform_int(100, 1500);
        try {
            c.program = map_network(c.network, c.params);
        } catch (const UserError&) {  // a layer does not fit its buffer
            c.program = {};
        }
    } while (c.program.blocks() < 2);
    for (int i = 0; i < 2; ++i)
        c.images.push_back(test::random_image(rng, c.network.input, c.network.input_bits));
    return c;
}

// What stands in each tile in each round.
std::map<std::pair<int, int>, int> blocks_by_tile(const Program& program) {
    std::map<std::pair<int, int>, int> blocks;
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) ++blocks[{tile.tile, tile.round}];
    return blocks;
}

// Whether a stage begins when those that it reads have ended, and ends before those that read it
// begin.
bool in_turn(const Stage& stage) {
    const MvmLayer& layer = stage.mvm;
    const PostSchedule schedule(stage, stage.tiles.front());
    const bool trails = schedule.first_departure(schedule.windows() - 1) ==
                        schedule.first_departure(schedule.windows());
    const bool reads_all = Band(layer, stage.tiles.front()).input_rows() == layer.input.height &&
                           (!layer.residual || layer.residual->stride == 1);
    return stage.tiles.size() == 1 && !trails && reads_all;
}

// Any network, logits and counters as if every layer had its own tile; time is the same too on a
// bus, unless a layer may still work when the next could begin.
TEST(SharedTiles, EqualTheReferenceAndCostNoTime) {
    const std::uint64_t seed = test::test_seed(61);
    int in_shared = 0;
    int rounds = 0;
    int on_time = 0;
    for (std::uint64_t trial = 0; trial < 400; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        const Case c = shared(rng, trial % 2 == 0);
        rounds += c.program.reloads();
        for (const auto& [tile, blocks] : blocks_by_tile(c.program))
            in_shared += blocks > 1 ? blocks : 0;
        test::fresh_simulation();
        const RunResult timed = simulate_cycles(c.params, c.program, c.images);
        const RunResult bit_true = simulate_bit_true(c.params, c.program, c.images);
        ASSERT_TRUE(test::is_reference(timed, c.network, c.images));
        ASSERT_TRUE(test::same_work(timed, bit_true));

        if (c.params.tile.duplicate || c.program.reloads()) continue;
        AcceleratorParams apart = c.params;
        apart.tile.share = false;
        apart.tiles = 1000;
        const Program alone = map_network(c.network, apart);
        test::fresh_simulation();
        RunResult own = simulate_cycles(apart, alone, c.images);
        RunResult together = timed;
        if (c.params.interconnect.topology == Topology::bus) {
            const bool all = std::all_of(alone.stages.begin(), alone.stages.end(), in_turn);
            on_time += all;
            if (all) {
                ASSERT_EQ(together.image_cycles, own.image_cycles);
            }
        }
        own.activity.interconnect = together.activity.interconnect = {};
        ASSERT_TRUE(own.activity == together.activity);
    }
    EXPECT_GT(in_shared, 500);
    EXPECT_GT(rounds, 40);
    EXPECT_GT(on_time, 20);
}

// Cells that differ do so by where they stand: alike in both kinds of run, and in none of those
// beside them.
TEST(SharedTiles, BothRunsAgreeWithNonIdealities) {
    const std::uint64_t seed = test::test_seed(62);
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        Case c = shared(rng, trial % 2 == 0);
        c.params.macro.adc.bits = rng.uniform_int(2, 9);
        c.params.macro.non_idealities = test::random_non_idealities(rng);
        test::fresh_simulation();
        const RunResult timed = simulate_cycles(c.params, c.program, c.images);
        const RunResult bit_true = simulate_bit_true(c.params, c.program, c.images);
        ASSERT_TRUE(test::same_work(timed, bit_true));
        std::map<std::uint64_t, int> instances;
        for (const Stage& stage : c.program.stages)
            for (const TilePlacement& tile : stage.tiles)
                for (int m = 0; tile.round == 0 && m < tile.macro_count(); ++m)
                    ASSERT_EQ(++instances[macro_instance(tile, m)], 1);
    }
}

// Watches all blocks of a chip: those of a tile never work at the same time, and its buffers hold
// what has arrived for any of them and is not worked on yet.
class Watch {
public:
    Watch(const AcceleratorParams& params, Accelerator& accelerator) : params_(params) {
        for (auto& tile : accelerator.tiles()) {
            const TilePlacement& at = tile->datapath().placement();
            auto& blocks = tiles_[{at.tile, at.round}];
            blocks.push_back(std::make_unique<Block>(*this, *tile));
            tile->pipeline().observe(*blocks.back());
        }
    }
    int turns() const { return turns_; }

private:
    struct Block : TileObserver {
        Block(Watch& by, Tile& of) : watch(by), tile(of) {}
        void step(TileStep step, int /*number*/, std::int64_t /*cycle*/) override {
            if (step == TileStep::start) running = true;
            if (step == TileStep::idle) {
                running = false;
                ++images;
            }
            watch.check();
            watch.turns_ += step == TileStep::start;
        }
        template <class Buffer>
        bool holds(const Buffer& buffer) const {
            return buffer.received_total() > images * buffer.size();
        }
        Watch& watch;
        Tile& tile;
        bool running = false;
        std::int64_t images = 0;  // done
    };
    void check() {
        for (const auto& [at, blocks] : tiles_) {
            int running = 0;
            std::int64_t input = 0;
            std::int64_t residual = 0;
            for (const auto& block : blocks) {
                const TileDatapath& data = block->tile.datapath();
                const MvmLayer& layer = data.stage().mvm;
                running += block->running;
                if (block->holds(data.input())) input += data.input().size() * layer.input_bits;
                if (block->holds(data.residual()))
                    residual += residual_bits(layer, data.placement(), data.band());
            }
            ASSERT_LE(running, 1) << "tile " << at.first;
            ASSERT_LE(input, std::int64_t{params_.tile.input_buffer.bytes} * 8);
            ASSERT_LE(residual, std::int64_t{params_.tile.residual_buffer.bytes} * 8);
        }
    }
    const AcceleratorParams& params_;
    std::map<std::pair<int, int>, std::vector<std::unique_ptr<Block>>> tiles_;
    int turns_ = 0;
};

TEST(SharedTiles, WorkOnOneLayerAtATimeWithinTheirBuffers) {
    const std::uint64_t seed = test::test_seed(63);
    for (std::uint64_t trial = 0; trial < 150; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        const Case c = shared(rng, true);
        test::fresh_simulation();
        const Clock clock(c.params.clock_period_ps);
        Accelerator accelerator("accelerator", c.params, c.program, clock);
        Host host("host", c.program, c.images, clock, c.params, {});
        std::unique_ptr<DramChannel> dram;
        sc_core::sc_signal<bool> interrupt{"interrupt"};
        host.memory_initiator.bind(accelerator.host_target);
        accelerator.interrupt.bind(interrupt);
        host.interrupt.bind(interrupt);
        if (accelerator.dram_port() != nullptr) {
            dram = std::make_unique<DramChannel>("dram", c.params.dram, clock);
            accelerator.dram_port()->dram_initiator.bind(dram->target);
        }
        Watch watch(c.params, accelerator);
        sc_core::sc_start();
        ASSERT_TRUE(host.finished()) << accelerator.waiting_for();
        ASSERT_EQ(watch.turns(), c.program.blocks() * static_cast<int>(c.images.size()));
        if (testing::Test::HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace cimarron
