// SPDX-License-Identifier: Apache-2.0
// Chips whose ADCs take each layer's LSB from the network.
#include "common/error.h"
#include "hw/periphery/adc_bank.h"
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
    explicit Trial(Rng& rng) {
        network = lower(test::random_network(rng));
        params = test::random_accelerator(rng);
        params.macro.adc.full_scale = FullScale::learned;
        params.macro.adc.bits = rng.uniform_int(1, lossless_adc_bits(params.macro));
        for (const Layer& layer : network.layers)
            if (std::holds_alternative<MvmLayer>(layer))
                network.adc_lsb[name_of(layer)] = rng.uniform(1, 4);
        for (int i = 0; i < 2; ++i)
            images.push_back(test::random_image(rng, network.input, network.input_bits));
    }
    bool lossy() const { return params.macro.adc.bits < lossless_adc_bits(params.macro); }

    IntegerNetwork network;
    AcceleratorParams params;
    std::vector<Codes> images;
};

TEST(LearnedAdcs, EveryMacroHasItsLayersLsbAndBothRunsAgree) {
    Rng rng(test::test_seed(64));
    int lossy = 0;
    for (int i = 0; i < 60; ++i) {
        SCOPED_TRACE(i);
        test::fresh_simulation();
        const Trial trial(rng);
        const Program program = map_network(trial.network, trial.params);
        const RunResult timed = simulate_cycles(trial.params, program, trial.images);
        const RunResult bit_true = simulate_bit_true(trial.params, program, trial.images);
        ASSERT_TRUE(test::same_work(timed, bit_true));
        if (!trial.lossy()) continue;
        ++lossy;
        for (const Stage& stage : program.stages)
            for (const TilePlacement& tile : stage.tiles)
                for (const MacroPlacement& macro : tile.macros)
                    ASSERT_NEAR(
                        std::ldexp(static_cast<double>(macro.adc_lsb), -AdcBank::kLsbFractionBits),
                        trial.network.adc_lsb.at(stage.mvm.name), 1e-4);
    }
    EXPECT_GT(lossy, 20);
}

TEST(LearnedAdcs, ALayerWithoutLsbIsNamed) {
    Rng rng(test::test_seed(65));
    for (int i = 0; i < 50; ++i) {
        Trial trial(rng);
        const std::string missing = trial.network.adc_lsb.begin()->first;
        trial.network.adc_lsb.erase(missing);
        if (!trial.lossy()) {
            EXPECT_NO_THROW(map_network(trial.network, trial.params));
            continue;
        }
        try {
            map_network(trial.network, trial.params);
            FAIL() << "accepted";
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find("layer " + missing), std::string::npos)
                << error.what();
        }
    }
}

}  // namespace
}  // namespace cimarron
