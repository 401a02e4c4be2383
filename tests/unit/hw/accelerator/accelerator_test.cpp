// SPDX-License-Identifier: Apache-2.0
#include "hw/run/simulation.h"
#include "hw/tile/post_schedule.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <numeric>

namespace cimarron {
namespace {

// Any network on any hardware: the logits of the cycle-accurate run, of the bit-true run and of the
// reference are equal, and so is what both runs counted.
TEST(Accelerator, EqualsTheReferenceOnRandomNetworksAndHardware) {
    const std::uint64_t seed = test::test_seed(8);
    int tiles = 0;
    int residuals = 0;
    int broadcasts = 0;
    int packed = 0;
    for (std::uint64_t trial = 0; trial < 1000; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        const bool graph = trial % 2 == 0;
        const IntegerNetwork network =
            graph ? test::random_graph(rng) : lower(test::random_network(rng));
        AcceleratorParams params = test::random_accelerator(rng);
        if (trial % 3 == 0) params.mapping = Mapping::automatic;
        const bool digital = trial % 5 == 0;
        if (digital) {
            params.macro = test::random_digital_macro(rng);
            params.tile.macros += 800 / params.macro.array.rows;
        }
        const Program program = map_network(network, params);
        tiles += program.tiles_used() > static_cast<int>(program.stages.size());
        for (const Stage& stage : program.stages) {
            residuals += stage.residual >= 0;
            broadcasts += program.readers(stage.input).size() > 1;
            for (const TilePlacement& tile : stage.tiles) packed += tile.macros.front().groups > 1;
        }
        std::vector<Codes> images;
        for (int i = 0; i < 2; ++i)
            images.push_back(test::random_image(rng, network.input, network.input_bits));

        const RunResult timed = simulate_cycles(params, program, images);
        const RunResult bit_true = simulate_bit_true(params, program, images);
        ASSERT_TRUE(test::is_reference(timed, network, images));
        ASSERT_TRUE(test::same_work(timed, bit_true));
        if (digital) {
            ASSERT_EQ(timed.activity.macro.adc.conversions, 0);
            for (const StageResult& stage : timed.stages)
                ASSERT_EQ(stage.macro_cycles.converting, 0);
        }
    }
    EXPECT_GT(tiles, 0) << "no trial spread a layer over several tiles";
    EXPECT_GT(residuals, 100);
    EXPECT_GT(broadcasts, 30);
    EXPECT_GT(packed, 100);
}

// Whether windows run on after the stage's last vector has left.
bool trails(const Stage& stage) {
    const PostSchedule schedule(stage, stage.tiles.front());
    const int windows = schedule.windows();
    return schedule.first_departure(windows - 1) == schedule.first_departure(windows);
}

// Time is data-independent, and an image's cycles are its parts.
TEST(Accelerator, ImageCyclesAreTheSumOfTheirParts) {
    const std::uint64_t seed = test::test_seed(9);
    int exact = 0;
    for (std::uint64_t trial = 0; trial < 30; ++trial) {
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network = lower(test::random_network(rng));
        AcceleratorParams params = test::random_accelerator(rng);
        params.interconnect.topology = Topology::bus;
        params.tile.dataflow = Dataflow::sequential;
        const Program program = map_network(network, params);
        std::vector<Codes> images;
        for (int i = 0; i < 3; ++i)
            images.push_back(test::random_image(rng, network.input, network.input_bits));
        const RunResult result = simulate_cycles(params, program, images);
        EXPECT_EQ(result.image_cycles,
                  std::vector<std::int64_t>(images.size(), result.image_cycles.front()));
        const auto port = [&](std::int64_t bits) {
            return (bits + params.global_buffer.port_bits - 1) / params.global_buffer.port_bits;
        };
        const auto bus = [&](std::int64_t bits) {
            return params.interconnect.arbitration_cycles +
                   (bits + params.interconnect.width_bits - 1) / params.interconnect.width_bits;
        };
        const Shape& in = network.input;
        const std::int64_t row_bits = std::int64_t{in.width} * in.channels * network.input_bits;
        std::int64_t parts = port(std::int64_t{in.size()} * network.input_bits) +
                             in.height * (port(row_bits) + bus(row_bits)) +
                             port(std::int64_t{network.classes()} * 32);
        for (const StageResult& stage : result.stages) parts += stage.cycles / result.images;
        // Windows that pooling drops may run on after the last vector has left.
        bool trailing = false;
        for (const Stage& stage : program.stages) trailing |= trails(stage);
        if (trailing)
            EXPECT_GE(result.image_cycles.front(), parts) << "trial " << trial;
        else
            EXPECT_EQ(result.image_cycles.front(), parts) << "trial " << trial;
        exact += !trailing;
    }
    EXPECT_GT(exact, 5);
}

}  // namespace
}  // namespace cimarron
