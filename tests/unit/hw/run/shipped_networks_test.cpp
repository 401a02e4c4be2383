// SPDX-License-Identifier: Apache-2.0
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "quant/spec/network_spec.h"
#include "quant/spec/random_weights.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace cimarron {
namespace {

// Room for each network, weights resident.
AcceleratorParams roomy_chip() {
    AcceleratorParams p;
    p.tiles = 48;
    p.tile.macros = 72;
    p.tile.input_buffer = {1 << 18, 256};
    p.tile.output_buffer = {1 << 16, 256};
    p.tile.residual_buffer = {5 << 16, 256};
    p.tile.post_processing.lanes = 32;
    p.interconnect.width_bits = 256;
    p.global_buffer = {1 << 18, 128};
    p.macro.adc.bits = lossless_adc_bits(p.macro);
    p.macro.shift_adder.accumulator_bits = 24;
    return p;
}

class ShippedNetwork : public testing::TestWithParam<const char*> {};

// Random weights and 4-bit activations: both runs of the chip give the reference's logits.
TEST_P(ShippedNetwork, RunsExactly) {
    test::fresh_simulation();
    const auto file = std::filesystem::path(CIMARRON_SOURCE_DIR) / "configs/network" / GetParam();
    const IntegerNetwork network = lower(random_weights(load_network_spec(file), 4, 1));
    const AcceleratorParams params = roomy_chip();
    const Program program = map_network(network, params);
    Rng rng(2);
    const std::vector<Codes> images = {test::random_image(rng, network.input, network.input_bits)};
    const RunResult timed = simulate_cycles(params, program, images);
    EXPECT_TRUE(test::is_reference(timed, network, images));
    EXPECT_TRUE(test::same_work(timed, simulate_bit_true(params, program, images)));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedNetwork,
                         testing::Values("lenet5.yaml", "fashion_cnn.yaml", "mobilenet_small.yaml",
                                         "resnet20.yaml", "resnet18_cifar.yaml", "vgg8.yaml",
                                         "resnet18.yaml"),
                         [](const auto& network) {
                             return std::filesystem::path(network.param).stem().string();
                         });

}  // namespace
}  // namespace cimarron
