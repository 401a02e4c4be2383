// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/stage_timing.h"

#include "hw/accelerator/simulation.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

// Every stage that fits one tile takes exactly the cycles of the documented recurrence, whichever
// of fetch, MVM, post-processing or sending limits it, back-pressure included.
TEST(StageTiming, SimulationEqualsTheRecurrence) {
    const std::uint64_t seed = test::test_seed(10);
    int stages = 0;
    int back_pressure = 0;
    for (std::uint64_t trial = 0; trial < 300; ++trial) {
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network = lower(test::random_network(rng));
        const AcceleratorParams params = test::random_accelerator(rng);
        const Program program = map_network(network, params);
        const RunResult result = simulate_cycles(
            params, program, {test::random_image(rng, network.input, network.input_bits)});
        for (std::size_t s = 0; s < program.stages.size(); ++s) {
            back_pressure += result.stages[s].macro_cycles.wait_output > 0;
            if (program.stages[s].tiles.size() > 1) continue;
            ++stages;
            EXPECT_EQ(result.stages[s].cycles, stage_cycles(params, program.stages[s]))
                << "seed " << seed << " trial " << trial << " stage " << s;
        }
    }
    EXPECT_GT(stages, 50);
    EXPECT_GT(back_pressure, 0);
}

TEST(StageTiming, PostProcessingFormula) {
    PostProcessingParams p;
    p.lanes = 16;
    p.pipeline_cycles = 3;
    EXPECT_EQ(post_cycles(p, 1, p.lanes), 1 + p.pipeline_cycles);
    EXPECT_EQ(post_cycles(p, 1, p.lanes + 1), 2 + p.pipeline_cycles);
    EXPECT_EQ(post_cycles(p, 2, p.lanes), 1 + 1 + p.pipeline_cycles);
    EXPECT_EQ(post_cycles(p, 5, p.lanes), 3 + 1 + p.pipeline_cycles);
    EXPECT_EQ(post_cycles(p, 8, p.lanes), 3 + 1 + p.pipeline_cycles);
    EXPECT_EQ(post_cycles(p, 9, p.lanes), 4 + 1 + p.pipeline_cycles);
}

}  // namespace
}  // namespace cimarron
