// SPDX-License-Identifier: Apache-2.0
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

struct Trial {
    explicit Trial(std::uint64_t seed) {
        Rng rng(seed);
        network = lower(test::random_network(rng));
        params = test::random_accelerator(rng);
        params.macro.adc.bits = rng.uniform_int(2, 9);
        params.macro.non_idealities = test::random_non_idealities(rng);
        program = map_network(network, params);
        for (int i = 0; i < 2; ++i)
            images.push_back(test::random_image(rng, network.input, network.input_bits));
    }
    std::vector<std::vector<std::int64_t>> logits() const {
        return simulate_bit_true(params, program, images).logits;
    }
    IntegerNetwork network;
    AcceleratorParams params;
    Program program;
    std::vector<Codes> images;
};

// Whatever is switched on: the SystemC model and the datapath without time draw the same noise for
// the same conversion, so their logits and counters (the sum of all codes among them) are equal.
TEST(NonIdealities, BothRunsAgreeCodeForCode) {
    const std::uint64_t seed = test::test_seed(61);
    for (std::uint64_t i = 0; i < 150; ++i) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << i);
        test::fresh_simulation();
        const Trial trial(seed * 1000 + i);
        const RunResult timed = simulate_cycles(trial.params, trial.program, trial.images);
        const RunResult bit_true = simulate_bit_true(trial.params, trial.program, trial.images);
        ASSERT_TRUE(test::same_work(timed, bit_true));
    }
}

// An image's logits do not depend on those before it when nothing is drawn anew for a conversion,
// and always repeat under the same seed; another seed is another chip.
TEST(NonIdealities, SeedsNameChips) {
    const std::uint64_t seed = test::test_seed(62);
    int differ = 0;
    for (std::uint64_t i = 0; i < 30; ++i) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << i);
        Trial trial(seed * 1000 + i);
        trial.params.macro.non_idealities.cell.read_sigma = 0;
        trial.params.macro.non_idealities.adc.noise_sigma = 0;
        const auto logits = trial.logits();
        EXPECT_EQ(logits, trial.logits());
        std::swap(trial.images[0], trial.images[1]);
        const auto swapped = trial.logits();
        EXPECT_EQ(swapped[0], logits[1]);
        EXPECT_EQ(swapped[1], logits[0]);
        ++trial.params.macro.non_idealities.seed;
        differ += trial.logits() != swapped;
    }
    EXPECT_GT(differ, 15);
}

}  // namespace
}  // namespace cimarron
