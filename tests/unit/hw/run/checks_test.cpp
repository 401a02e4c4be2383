// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "quant/reference.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace cimarron {
namespace {

struct Broken {
    std::set<std::string> failed;
    bool logits_equal = false;
};

Broken run_with(Fault fault, int layers = 3) {
    test::fresh_simulation();
    Rng rng(77);
    test::RandomNetworkOptions options;
    options.max_layers = layers;
    const IntegerNetwork network = lower(test::random_network(rng, options));
    AcceleratorParams params;
    params.macro.adc.bits = lossless_adc_bits(params.macro);
    const Program program = map_network(network, params);
    const std::vector<Codes> images{test::random_image(rng, network.input, network.input_bits)};
    const RunResult result = simulate_cycles(params, program, images, {}, fault);
    Broken broken;
    for (const Check& check : result.checks)
        if (!check.passed) broken.failed.insert(check.name);
    broken.logits_equal = !result.logits.empty() &&
                          result.logits.front() == Reference(network).logits(images.front());
    return broken;
}

TEST(Checks, PassOnASoundModel) {
    const Broken sound = run_with(Fault::none);
    EXPECT_TRUE(sound.failed.empty());
    EXPECT_TRUE(sound.logits_equal);
}

TEST(Checks, MissedEvaluationIsFound) {
    EXPECT_EQ(run_with(Fault::skip_evaluation).failed, (std::set<std::string>{"macs_executed"}));
}

TEST(Checks, LostCycleIsFound) {
    EXPECT_EQ(run_with(Fault::lose_cycle).failed,
              (std::set<std::string>{"macro_cycles_attributed"}));
}

TEST(Checks, LostPayloadIsFoundAndNoneHangs) {
    const Broken broken = run_with(Fault::lose_payload);
    EXPECT_EQ(broken.failed.count("payloads_delivered"), 1U);
    EXPECT_EQ(broken.failed.count("images_completed"), 1U);
}

TEST(Checks, CorruptCodeChangesTheLogits) {
    const int one_layer = 1;  // nothing rounds the error away
    EXPECT_FALSE(run_with(Fault::corrupt_code, one_layer).logits_equal);
    EXPECT_TRUE(run_with(Fault::none, one_layer).logits_equal);
}

}  // namespace
}  // namespace cimarron
