// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/random_weights.h"

#include "common/rng.h"
#include "quant/lower.h"
#include "quant/reference.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cimarron {
namespace {

// The demo's network: every activation must use most of its codes, else energy would be that of
// another network.
TEST(RandomWeights, codes_use_their_range_at_every_bitwidth) {
    const NetworkSpec spec =
        load_network_spec(CIMARRON_SOURCE_DIR "/configs/network/fashion_cnn.yaml");
    const std::uint64_t seed = test::test_seed(3);
    Rng rng(seed);
    for (const int bits : {1, 2, 4, 8}) {
        const IntegerNetwork network = lower(random_weights(spec, bits, seed));
        EXPECT_EQ(network.activation_bits(), bits);
        Reference reference(network);
        Codes image(static_cast<std::size_t>(network.input.size()));
        for (auto& pixel : image) pixel = static_cast<std::uint8_t>(rng.uniform_int(0, 255));
        reference.logits(image);
        for (std::size_t i = 0; i + 1 < network.layers.size(); ++i) {
            const Codes& codes = reference.activations()[i];
            const auto* mvm = std::get_if<MvmLayer>(&network.layers[i]);
            if (mvm == nullptr) continue;
            const int top = (1 << mvm->output_bits) - 1;
            const auto zeros = std::count(codes.begin(), codes.end(), 0);
            EXPECT_GT(static_cast<double>(zeros), 0.2 * static_cast<double>(codes.size()));
            EXPECT_LT(static_cast<double>(zeros), 0.9 * static_cast<double>(codes.size()));
            EXPECT_GE(*std::max_element(codes.begin(), codes.end()), top / 2 + 1) << mvm->name;
        }
    }
}

TEST(RandomWeights, a_seed_names_one_network) {
    const NetworkSpec spec =
        load_network_spec(CIMARRON_SOURCE_DIR "/configs/network/fashion_cnn.yaml");
    const auto weights = [&](std::uint64_t seed) {
        return std::get<MvmLayer>(lower(random_weights(spec, 4, seed)).layers[1]).weights;
    };
    EXPECT_EQ(weights(5), weights(5));
    EXPECT_NE(weights(5), weights(6));
}

}  // namespace
}  // namespace cimarron
