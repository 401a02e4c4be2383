// SPDX-License-Identifier: Apache-2.0
#include "quant/real_reference.h"

#include "quant/coefficient_search.h"
#include "quant/lower.h"
#include "quant/reference.h"
#include "tests/support/float_reference.h"
#include "tests/support/naive_integer.h"
#include "tests/support/random_foreign_network.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace cimarron {
namespace {

// Codes of the lowered network that differ from the real one's, which have the same node.
std::int64_t different_codes(const Network& network, const IntegerNetwork& lowered,
                             const Codes& image, double* logit_error) {
    RealReference real(network);
    const std::vector<double> values = real.run(image);
    Reference integers(lowered);
    const std::vector<std::int64_t> logits = integers.logits(image);
    std::map<std::string, const Codes*> codes;
    for (std::size_t i = 0; i < lowered.layers.size(); ++i)
        codes[name_of(lowered.layers[i])] = &integers.activations()[i];
    const std::vector<TensorInfo> outputs = outputs_of(network);
    std::int64_t different = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto found = codes.find(name_of(network.nodes[i]));
        if (!outputs[i].is_codes() || found == codes.end()) continue;
        const std::vector<std::int64_t>& right = real.integers()[i];
        for (std::size_t at = 0; at < right.size(); ++at)
            different += right[at] != (*found->second)[at] ? 1 : 0;
    }
    *logit_error = 0;
    for (std::size_t o = 0; o < values.size(); ++o)
        *logit_error =
            std::max(*logit_error, std::abs(values[o] - std::ldexp(static_cast<double>(logits[o]),
                                                                   -lowered.last_mvm().shift)));
    return different;
}

TEST(RealReference, LoweredNetworksEqualItExactlyWhereDoublesAreExact) {
    const auto seed = test::test_seed(41);
    for (int round = 0; round < 600; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = test::random_foreign_network(rng, true);
        const Codes image = test::random_image(rng, network.input, network.input_quantizer.bits);
        double error = 0;
        ASSERT_EQ(different_codes(network, lower(network, 32), image, &error), 0)
            << "seed " << seed << ", round " << round;
        ASSERT_LT(error, 1e-6) << "seed " << seed << ", round " << round;
    }
}

TEST(RealReference, LoweredNetworksEqualItButForNearTies) {
    const auto seed = test::test_seed(42);
    int differ = 0;
    constexpr int kRounds = 600;
    for (int round = 0; round < kRounds; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = test::random_foreign_network(rng, false);
        const Codes image = test::random_image(rng, network.input, network.input_quantizer.bits);
        double error = 0;
        if (different_codes(network, lower(network, 32), image, &error) > 0)
            ++differ;
        else if (error > 1e-4)
            ADD_FAILURE() << error << ", seed " << seed << ", round " << round;
    }
    EXPECT_LE(differ, kRounds / 100) << "seed " << seed;
}

TEST(RealReference, IntegersOfForeignNetworksEqualNaiveOnes) {
    const auto seed = test::test_seed(43);
    for (int round = 0; round < 300; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const IntegerNetwork network =
            lower(test::random_foreign_network(rng, false), rng.uniform_int(12, 32));
        const Codes image = test::random_image(rng, network.input, network.input_bits);
        Reference reference(network);
        ASSERT_EQ(reference.logits(image), test::naive_run(network, image).logits)
            << "seed " << seed << ", round " << round;
    }
}

TEST(RealReference, EqualsTheFloatReference) {
    const auto seed = test::test_seed(44);
    for (int round = 0; round < 200; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = test::random_network(rng);
        const Codes image = test::random_image(rng, network.input, network.input_quantizer.bits);
        const std::vector<double> expected = test::float_logits(network, image);
        const std::vector<double> values = RealReference(network).run(image);
        for (std::size_t o = 0; o < values.size(); ++o)
            ASSERT_NEAR(values[o], expected[o], 1e-9) << "seed " << seed << ", round " << round;
    }
}

// One channel of a layer has a gain far beyond the others', alive or dead: it costs them nothing.
TEST(Lower, AFarChannelCostsTheOthersNothing) {
    const auto seed = test::test_seed(45);
    std::int64_t with = 0;
    std::int64_t without = 0;
    for (int round = 0; round < 200; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        Network network = test::random_foreign_network(rng, false);
        const Codes image = test::random_image(rng, network.input, network.input_quantizer.bits);
        without += compare_coefficients(network, {image}, 16).different;
        auto& conv = std::get<ConvNode>(network.nodes.front());
        const double factor = std::ldexp(1.0, rng.uniform_int(6, 24));
        const auto channel = static_cast<std::size_t>(rng.uniform_int(0, conv.out_channels - 1));
        conv.batch_norm->gamma[channel] *= factor;
        if (rng.coin(0.5)) conv.batch_norm->beta[channel] = -1e9;
        with += compare_coefficients(network, {image}, 16).different;
    }
    EXPECT_LE(with, 2 * without + 200) << "seed " << seed;
}

TEST(CoefficientSearch, FindsTheFewestBitsWithAllCodes) {
    const auto seed = test::test_seed(46);
    for (int round = 0; round < 20; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = test::random_foreign_network(rng, true);
        const std::vector<Codes> images{
            test::random_image(rng, network.input, network.input_quantizer.bits)};
        const CoefficientChoice choice = fewest_coefficient_bits(network, images);
        EXPECT_EQ(choice.different, 0);
        EXPECT_EQ(compare_coefficients(network, images, choice.bits).different, 0);
        if (choice.bits > 4) {
            EXPECT_GT(compare_coefficients(network, images, choice.bits - 1).different, 0);
        }
    }
}

}  // namespace
}  // namespace cimarron
