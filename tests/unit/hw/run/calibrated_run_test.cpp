// SPDX-License-Identifier: Apache-2.0
#include "common/bits.h"
#include "hw/periphery/adc_bank.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "quant/reference.h"
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
    explicit Trial(Rng& rng) {
        network = lower(test::random_network(rng));
        params = test::random_accelerator(rng);
        params.macro.adc.full_scale = FullScale::calibrated;
        params.macro.adc.bits = rng.uniform_int(1, lossless_adc_bits(params.macro));
        if (rng.coin(0.5)) params.macro.non_idealities = test::random_non_idealities(rng);
        program = map_network(network, params);
        for (int i = 0; i < 2; ++i)
            images.push_back(test::random_image(rng, network.input, network.input_bits));
        calibrate_adcs(params, program, images);
    }
    IntegerNetwork network;
    AcceleratorParams params;
    Program program;
    std::vector<Codes> images;
};

TEST(CalibratedAdcs, both_runs_agree_and_what_does_not_clip_is_exact) {
    Rng rng(test::test_seed(63));
    int exact = 0;
    int lossy = 0;
    for (int i = 0; i < 100; ++i) {
        SCOPED_TRACE(i);
        test::fresh_simulation();
        const Trial trial(rng);
        const RunResult timed = simulate_cycles(trial.params, trial.program, trial.images);
        const RunResult bit_true = simulate_bit_true(trial.params, trial.program, trial.images);
        ASSERT_TRUE(test::same_work(timed, bit_true));
        if (!trial.params.macro.non_idealities.ideal()) continue;
        bool unit = true;
        for (const Stage& stage : trial.program.stages)
            for (const TilePlacement& tile : stage.tiles)
                for (const MacroPlacement& macro : tile.macros)
                    unit = unit && macro.adc_lsb == std::int64_t{1} << AdcBank::kLsbFractionBits;
        // Calibrated on these very images: a unit LSB without clipping is the reference itself.
        if (unit && bit_true.activity.macro.adc.clipped == 0) {
            ++exact;
            Reference reference(trial.network);
            for (std::size_t k = 0; k < trial.images.size(); ++k)
                ASSERT_EQ(bit_true.logits[k], reference.logits(trial.images[k]));
        } else {
            ++lossy;
        }
    }
    EXPECT_GT(exact, 5);
    EXPECT_GT(lossy, 5);
}

}  // namespace
}  // namespace cimarron
