// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/stage_timing.h"

#include "common/bits.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

// Every stage that fits one tile takes exactly the cycles of the documented recurrence, whichever
// of fetch, MVM, post-processing or sending limits it, back-pressure included; when the stage
// before may still hold the bus, no fewer.
TEST(StageTiming, SimulationEqualsTheRecurrence) {
    const std::uint64_t seed = test::test_seed(10);
    int stages = 0;
    int residuals = 0;
    int quantizers = 0;
    int back_pressure = 0;
    for (std::uint64_t trial = 0; trial < 600; ++trial) {
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network =
            trial % 2 == 0 ? test::random_graph(rng, {7, false}) : lower(test::random_network(rng));
        AcceleratorParams params = test::random_accelerator(rng);
        params.interconnect.topology = Topology::bus;
        params.tile.dataflow = Dataflow::sequential;
        const Program program = map_network(network, params);
        const RunResult result = simulate_cycles(
            params, program, {test::random_image(rng, network.input, network.input_bits)});
        for (std::size_t s = 0; s < program.stages.size(); ++s) {
            SCOPED_TRACE(testing::Message()
                         << "seed " << seed << " trial " << trial << " stage " << s);
            const Stage& stage = program.stages[s];
            back_pressure += result.stages[s].macro_cycles.wait_network > 0;
            if (stage.tiles.size() > 1) continue;
            const bool alone =
                s == 0 || (stage.input > 0 && program.stages[s - 1].outputs.size() == 1);
            if (!alone) {
                EXPECT_GE(result.stages[s].cycles, tile_cycles(params, stage, stage.tiles.front()));
                continue;
            }
            ++stages;
            residuals += stage.residual >= 0;
            quantizers += stage.post.size() > 1;
            EXPECT_EQ(result.stages[s].cycles, tile_cycles(params, stage, stage.tiles.front()));
        }
    }
    EXPECT_GT(stages, 100);
    EXPECT_GT(residuals, 50);
    EXPECT_GT(quantizers, 50);
    EXPECT_GT(back_pressure, 0);
}

// k copies of a layer's macros divide its time by k, to the rounding of windows, while the MVM is
// what limits.
TEST(StageTiming, DuplicationDividesTheTime) {
    Stage stage;
    stage.mvm.input = {1, 20, 20};
    stage.mvm.window = {3, 3, 1, 1, 1, 1, 1, 1};
    stage.mvm.output = {16, 20, 20};
    stage.mvm.output_bits = 4;
    TilePlacement tile;
    tile.channels = 16;
    tile.macros = {{0, 9, 0, 16, 16}};
    stage.outputs = {{1, -1, 4}};
    stage.tiles = {tile};
    AcceleratorParams params;
    params.macro.adc.conversion_cycles = 10;
    const std::int64_t mvm = tile_mvm_cycles(params.macro, stage, tile);
    const std::int64_t post = post_cycles(params.tile.post_processing,
                                          post_work(params.tile, stage.mvm, stage.tiles.front()));
    ASSERT_GT(mvm, 16 * post);
    const int windows = stage.mvm.output.pixels();
    for (const int copies : {1, 2, 3, 4, 7, 16}) {
        stage.tiles.front().copies = copies;
        const std::int64_t cycles = tile_cycles(params, stage, stage.tiles.front());
        EXPECT_GE(cycles, ceil_div(windows, copies) * mvm);
        EXPECT_LE(cycles, ceil_div(windows, copies) * (mvm + 1) + copies * (post + 2) + 20)
            << copies;
    }
}

TEST(StageTiming, PostProcessingFormula) {
    PostProcessingParams p;
    p.lanes = 16;
    p.pipeline_cycles = 3;
    const auto cycles = [&](int row_tiles, int channels, int residual_accesses, int quantized) {
        return post_cycles(p, {row_tiles, channels, residual_accesses, quantized}) -
               p.pipeline_cycles;
    };
    EXPECT_EQ(cycles(1, p.lanes, 0, 0), 1);
    EXPECT_EQ(cycles(1, p.lanes + 1, 0, 0), 2);
    EXPECT_EQ(cycles(2, p.lanes, 0, 0), 1 + 1);
    EXPECT_EQ(cycles(5, p.lanes, 0, 0), 3 + 1);
    EXPECT_EQ(cycles(8, p.lanes, 0, 0), 3 + 1);
    EXPECT_EQ(cycles(9, p.lanes, 0, 0), 4 + 1);
    EXPECT_EQ(cycles(1, 3 * p.lanes, 3, 0), 3);
    EXPECT_EQ(cycles(1, 3 * p.lanes, 5, 0), 5);
    EXPECT_EQ(cycles(2, 3 * p.lanes, 5, 2), 1 + 5 + 2 * 3);
}

}  // namespace
}  // namespace cimarron
