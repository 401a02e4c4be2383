// SPDX-License-Identifier: Apache-2.0
// Laws of dataflow and interconnect on whole chips.
#include "hw/run/simulation.h"
#include "hw/tile/stage_timing.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cimarron {
namespace {

struct Trial {
    explicit Trial(std::uint64_t seed) : rng(seed), network(lower(test::random_network(rng))) {
        params = test::random_accelerator(rng);
    }
    RunResult run(int images, Fault fault = Fault::none) {
        test::fresh_simulation();
        Rng pixels(7);
        std::vector<Codes> codes;
        for (int i = 0; i < images; ++i)
            codes.push_back(test::random_image(pixels, network.input, network.input_bits));
        return simulate_cycles(params, map_network(network, params), codes, {}, fault);
    }
    Rng rng;
    IntegerNetwork network;
    AcceleratorParams params;
};

// Macros are the only slow thing: ADCs take long, everything else is wide.
void make_macros_slow(AcceleratorParams& p) {
    p.macro.adc.conversion_cycles = 40;
    p.interconnect = {1 << 16, 0};
    p.tile.input_buffer.port_bits = 1 << 16;
    p.tile.residual_buffer.port_bits = 1 << 16;
    p.tile.post_processing.lanes = 1 << 16;
    p.global_buffer.port_bits = 1 << 16;
}

// Cycles between images in the steady state.
std::int64_t interval(Trial& trial) {
    const std::int64_t shorter = trial.run(4).cycles;
    const std::int64_t longer = trial.run(8).cycles;
    EXPECT_EQ((longer - shorter) % 4, 0);
    return (longer - shorter) / 4;
}

TEST(Pipeline, ThroughputIsThatOfTheSlowestStage) {
    const std::uint64_t seed = test::test_seed(61);
    for (std::uint64_t n = 0; n < 40; ++n) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << n);
        Trial trial(seed * 1000 + n);
        make_macros_slow(trial.params);
        trial.params.tile.dataflow = Dataflow::pipelined;
        const Program program = map_network(trial.network, trial.params);
        std::int64_t slowest = 0;
        for (const Stage& stage : program.stages)
            for (const TilePlacement& tile : stage.tiles) {
                const int windows = stage.mvm.output.pixels();
                const std::int64_t per_copy = (windows + tile.copies - 1) / tile.copies;
                slowest =
                    std::max(slowest, per_copy * tile_mvm_cycles(trial.params.macro, stage, tile));
            }
        EXPECT_EQ(interval(trial), slowest);
    }
}

// Both dataflows give the reference's logits, with every check passed; pipelining an image never
// takes longer, and several images never longer than one after another.
TEST(Pipeline, IsNoSlowerAndGivesTheSameLogits) {
    const std::uint64_t seed = test::test_seed(62);
    for (std::uint64_t n = 0; n < 60; ++n) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << n);
        Trial trial(seed * 1000 + n);
        trial.params.tile.dataflow = Dataflow::sequential;
        const RunResult sequential = trial.run(3);
        trial.params.tile.dataflow = Dataflow::pipelined;
        const RunResult pipelined = trial.run(3);
        EXPECT_TRUE(test::checks_pass(sequential));
        EXPECT_TRUE(test::checks_pass(pipelined));
        EXPECT_EQ(pipelined.logits, sequential.logits);
        EXPECT_LE(pipelined.cycles, sequential.cycles);
        const std::int64_t alone = trial.run(1).cycles;
        EXPECT_LE(alone, sequential.image_cycles.front());
    }
}

// Line buffers of the fewest rows still work, and more rows never slow a chip down.
TEST(Pipeline, WorksWithTheSmallestLineBuffers) {
    const std::uint64_t seed = test::test_seed(63);
    int refused = 0;
    for (std::uint64_t n = 0; n < 60; ++n) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << n);
        Trial trial(seed * 1000 + n);
        make_macros_slow(trial.params);
        trial.params.tile.dataflow = Dataflow::pipelined;
        const RunResult ample = trial.run(3);
        // Halved until the mapper refuses.
        int bytes = trial.params.tile.input_buffer.bytes;
        for (; bytes > 1; bytes /= 2) {
            trial.params.tile.input_buffer.bytes = bytes / 2;
            try {
                map_network(trial.network, trial.params);
            } catch (const std::exception&) {
                ++refused;
                break;
            }
        }
        trial.params.tile.input_buffer.bytes = bytes;
        const RunResult scarce = trial.run(3);
        EXPECT_TRUE(test::checks_pass(scarce));
        EXPECT_EQ(scarce.logits, ample.logits);
        EXPECT_GE(scarce.cycles, ample.cycles);
    }
    EXPECT_GT(refused, 0);
}

// Wider links never slow a run down. Pipelined, vectors may then meet an arbiter in another order,
// in which a run can lose a little of what it gained (one of 400 such runs did, 372 -> 374 cycles).
TEST(Pipeline, MoreBandwidthNeverSlows) {
    const std::uint64_t seed = test::test_seed(64);
    for (std::uint64_t n = 0; n < 120; ++n) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << n);
        Trial trial(seed * 1000 + n);
        const bool pipelined = n % 2 == 1;
        trial.params.tile.dataflow = pipelined ? Dataflow::pipelined : Dataflow::sequential;
        const int images = pipelined ? 3 : 1;
        const std::int64_t before = trial.run(images).cycles;
        trial.params.interconnect.width_bits *= 2;
        trial.params.interconnect.leaf_width_bits *= 2;
        const std::int64_t after = trial.run(images).cycles;
        EXPECT_LE(after, before + (pipelined ? before / 50 : 0));
    }
}

// A chip that waits for its images: in one bank an image is written and read by turns, in two banks
// one is written while the other is read.
TEST(Pipeline, BanksLetImagesOverlap) {
    const std::uint64_t seed = test::test_seed(66);
    int faster = 0;
    for (std::uint64_t n = 0; n < 30; ++n) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << n);
        Trial trial(seed * 1000 + n);
        make_macros_slow(trial.params);
        trial.params.tile.dataflow = Dataflow::pipelined;
        trial.params.macro.adc.conversion_cycles = 1;
        trial.params.global_buffer.port_bits = 1;
        const Shape& in = trial.network.input;
        const std::int64_t image = std::int64_t{in.size()} * trial.network.input_bits;
        const RunResult one = trial.run(6);
        trial.params.global_buffer.banks = 2;
        const RunResult two = trial.run(6);
        EXPECT_TRUE(test::checks_pass(one));
        EXPECT_TRUE(test::checks_pass(two));
        EXPECT_EQ(one.logits, two.logits);
        // No layer may need the last image's last rows.
        EXPECT_GE(one.cycles, (6 + 5) * image);
        EXPECT_GE(two.cycles, 6 * image);
        EXPECT_LE(two.cycles, one.cycles);
        faster += two.cycles < one.cycles;
    }
    EXPECT_GT(faster, 10);
}

std::string completion(const RunResult& result) {
    for (const Check& check : result.checks)
        if (check.name == "images_completed") return check.passed ? "" : check.detail;
    return {};
}

// A chip that stops is no hang: the run ends, fails, and says who waits for what.
TEST(Watchdog, NamesWhoWaitsForWhat) {
    const std::uint64_t seed = test::test_seed(65);
    int rooms = 0;
    for (std::uint64_t n = 0; n < 20; ++n) {
        Trial trial(seed * 1000 + n);
        trial.params.tile.dataflow = Dataflow::pipelined;
        const std::string lost = completion(trial.run(6, Fault::lose_payload));
        EXPECT_NE(lost.find("of 6 images done at cycle"), std::string::npos) << lost;
        EXPECT_NE(lost.find(" for the "), std::string::npos) << lost;
        const std::string room = completion(trial.run(6, Fault::lose_credit));
        rooms += room.find(" for room for ") != std::string::npos;
    }
    EXPECT_GT(rooms, 10);
}

}  // namespace
}  // namespace cimarron
