// SPDX-License-Identifier: Apache-2.0
// Layers whose output rows are divided among tiles.
#include "hw/run/simulation.h"
#include "hw/tile/band.h"
#include "hw/tile/stage_timing.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "sim/mapping/placement.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

void number_tiles(Program& program) {
    int next = 0;
    for (Stage& stage : program.stages)
        for (TilePlacement& tile : stage.tiles) tile.tile = next++;
}

// Each stage over up to `most` bands.
Program banded(const IntegerNetwork& network, const AcceleratorParams& params, Rng& rng, int most) {
    Program program = map_network(network, params);
    for (Stage& stage : program.stages)
        place(stage, params, {rng.uniform_int(1, 2), rng.uniform_int(1, most)});
    number_tiles(program);
    return program;
}

std::vector<Codes> random_images(Rng& rng, const IntegerNetwork& network, int count) {
    std::vector<Codes> images;
    for (int i = 0; i < count; ++i)
        images.push_back(test::random_image(rng, network.input, network.input_bits));
    return images;
}

// Any network on any hardware in any bands: the logits are the reference's, every check passes, and
// both runs count the same.
TEST(Bands, EqualTheReferenceOnRandomNetworksAndHardware) {
    const std::uint64_t seed = test::test_seed(71);
    int bands = 0;
    int halos = 0;
    int residuals = 0;
    for (std::uint64_t trial = 0; trial < 300; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network =
            trial % 2 == 0 ? test::random_graph(rng) : lower(test::random_network(rng));
        const AcceleratorParams params = test::random_accelerator(rng);
        const Program program = banded(network, params, rng, 4);
        for (const Stage& stage : program.stages)
            for (const TilePlacement& tile : stage.tiles) {
                bands += !tile.band.empty();
                residuals += !tile.band.empty() && stage.residual >= 0;
                for (const BandRow& row : tile.band) halos += !row.sent;
            }
        const std::vector<Codes> images = random_images(rng, network, 3);
        const RunResult timed = simulate_cycles(params, program, images);
        const RunResult bit_true = simulate_bit_true(params, program, images);
        ASSERT_TRUE(test::is_reference(timed, network, images));
        ASSERT_TRUE(test::same_work(timed, bit_true));
    }
    EXPECT_GT(bands, 500);
    EXPECT_GT(halos, 50);
    EXPECT_GT(residuals, 50);
}

// Macros are the only slow thing.
AcceleratorParams slow_macros(Rng& rng) {
    AcceleratorParams p = test::random_accelerator(rng);
    p.macro.adc.conversion_cycles = 40;
    p.interconnect = {1 << 16, 0};
    p.tile.input_buffer = {1 << 16, 1 << 16};
    p.tile.output_buffer.port_bits = 1 << 16;
    p.tile.residual_buffer.port_bits = 1 << 16;
    p.tile.post_processing.lanes = 1 << 16;
    p.global_buffer.port_bits = 1 << 16;
    return p;
}

// Cycles of the macros of a stage's slowest tile.
std::int64_t macro_cycles(const AcceleratorParams& params, const Stage& stage) {
    std::int64_t slowest = 0;
    for (const TilePlacement& tile : stage.tiles)
        slowest = std::max(slowest, (Band(stage.mvm, tile).windows() + tile.copies - 1) /
                                        tile.copies * tile_mvm_cycles(params.macro, stage, tile));
    return slowest;
}

std::int64_t work(const MacroCycles& cycles) {
    return cycles.converting + cycles.evaluating + cycles.accumulating;
}

// k bands divide a layer's macro cycles by k, to the rounding of rows, and with them the image's
// time, where macros are what is slow.
TEST(Bands, DivideTheCyclesOfALayer) {
    const std::uint64_t seed = test::test_seed(72);
    int layers = 0;
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        Rng rng(seed * 1000 + trial);
        test::RandomNetworkOptions options;
        options.pooling = false;
        const IntegerNetwork network = lower(test::random_network(rng, options));
        AcceleratorParams params = slow_macros(rng);
        params.tile.dataflow = Dataflow::sequential;
        params.tile.duplicate = false;
        Program program = map_network(network, params);
        const std::vector<Codes> images = random_images(rng, network, 1);
        for (const int k : {1, 2, 3, 5}) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial << " k " << k);
            for (Stage& stage : program.stages) place(stage, params, {1, k});
            number_tiles(program);
            test::fresh_simulation();
            const RunResult result = simulate_cycles(params, program, images);
            std::int64_t slowest = 0;  // of each stage, added
            for (std::size_t s = 0; s < program.stages.size(); ++s) {
                const Stage& stage = program.stages[s];
                const int rows = (stage.mvm.output.height + k - 1) / k;
                const std::int64_t windows = std::int64_t{rows} * stage.mvm.output.width;
                const std::int64_t mvm = tile_mvm_cycles(params.macro, stage, stage.tiles.front());
                EXPECT_EQ(macro_cycles(params, stage), windows * mvm);
                EXPECT_GE(result.stages[s].cycles, windows * mvm);
                if (stage.tiles.front().macros.size() == 1) {
                    EXPECT_EQ(work(result.stages[s].macro_cycles), stage.mvm.output.pixels() * mvm);
                }
                slowest += windows * mvm;
                layers += k > 1 && stage.tiles.size() > 1;
            }
            EXPECT_GE(result.cycles, slowest / 2);  // bands may begin before the layer above ends
            EXPECT_LE(result.cycles, slowest + slowest / 20 +
                                         60 * static_cast<std::int64_t>(program.stages.size()));
        }
    }
    EXPECT_GT(layers, 100);
}

// Pipelined, images come at the pace of the slowest tile, however the rows are divided.
TEST(Bands, ThroughputIsThatOfTheSlowestTile) {
    const std::uint64_t seed = test::test_seed(73);
    for (std::uint64_t trial = 0; trial < 40; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network = lower(test::random_network(rng));
        AcceleratorParams params = slow_macros(rng);
        params.tile.dataflow = Dataflow::pipelined;
        const Program program = banded(network, params, rng, 3);
        std::int64_t slowest = 0;
        for (const Stage& stage : program.stages)
            slowest = std::max(slowest, macro_cycles(params, stage));
        std::vector<std::int64_t> cycles;
        for (const int images : {6, 12}) {
            test::fresh_simulation();
            Rng pixels(7);
            const auto codes = random_images(pixels, network, images);
            cycles.push_back(simulate_cycles(params, program, codes).cycles);
        }
        EXPECT_EQ((cycles[1] - cycles[0]) / 6, slowest);
    }
}

// Runs of windows: as long as they follow each other and are sent alike, and no longer.
TEST(Bands, RunsAreWindowsThatFollowAndAreSentAlike) {
    const std::uint64_t seed = test::test_seed(72);
    int interrupted = 0;
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network = test::random_graph(rng);
        const Program program = banded(network, test::random_accelerator(rng), rng, 4);
        for (const Stage& stage : program.stages)
            for (const TilePlacement& tile : stage.tiles) {
                const Band band(stage.mvm, tile);
                const int width = stage.mvm.output.width;
                for (int index = 0; index < band.windows(); ++index) {
                    const int most = rng.uniform_int(1, band.windows() - index);
                    const auto follows = [&](int i) {
                        return band.window(i) == band.window(i - 1) + 1 &&
                               band.sends(band.window(i) / width) ==
                                   band.sends(band.window(i - 1) / width);
                    };
                    int expected = 1;
                    while (expected < most && follows(index + expected)) ++expected;
                    ASSERT_EQ(band.run(index, most), expected)
                        << "seed " << seed << " trial " << trial << " index " << index;
                    interrupted += expected < most ? 1 : 0;
                }
            }
    }
    EXPECT_GT(interrupted, 0);
}

}  // namespace
}  // namespace cimarron
