// SPDX-License-Identifier: Apache-2.0
#include "quant/reference.h"

#include "common/error.h"
#include "quant/lower.h"
#include "tests/support/float_reference.h"
#include "tests/support/naive_integer.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

using test::RandomNetworkOptions;

TEST(Reference, EqualsNaiveIntegers) {
    const auto seed = test::test_seed(31);
    for (int round = 0; round < 1500; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const IntegerNetwork network = lower(test::random_network(rng));
        Reference reference(network);
        for (int i = 0; i < 2; ++i) {  // the second image meets used scratch memory
            const Codes image = test::random_image(rng, network.input, network.input_bits);
            const auto logits = reference.logits(image);
            const test::NaiveResult naive = test::naive_run(network, image);
            ASSERT_EQ(reference.activations(), naive.activations) << "round " << round;
            ASSERT_EQ(logits, naive.logits) << "round " << round;
        }
    }
}

// Wide layers: several words of packed bits, more rows than one byte counts.
TEST(Reference, EqualsNaiveIntegersOnWideLayers) {
    const auto seed = test::test_seed(32);
    RandomNetworkOptions options;
    options.max_channels = 70;
    options.max_size = 6;
    options.max_layers = 3;
    for (int round = 0; round < 40; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const IntegerNetwork network = lower(test::random_network(rng, options));
        Reference reference(network);
        const Codes image = test::random_image(rng, network.input, network.input_bits);
        const auto logits = reference.logits(image);
        const test::NaiveResult naive = test::naive_run(network, image);
        ASSERT_EQ(reference.activations(), naive.activations) << "round " << round;
        ASSERT_EQ(logits, naive.logits) << "round " << round;
    }
}

// More rows than one run of 32-bit sums holds, at the largest weights and codes.
TEST(Reference, LongDotProductsDoNotOverflow) {
    for (int weight_bits : {1, 8}) {
        MvmLayer layer;
        layer.name = "fc";
        layer.input = {70001, 1, 1};
        layer.output = {2, 1, 1};
        layer.weight_bits = weight_bits;
        layer.shift = 1;
        layer.weights.assign(2 * 70001U, 0);
        std::fill(layer.weights.begin() + 70001, layer.weights.end(),
                  static_cast<std::uint8_t>((1 << weight_bits) - 1));
        layer.affine = {{1, 0, 0}, {1, 0, 0}};
        IntegerNetwork network;
        network.input = layer.input;
        network.layers.emplace_back(layer);
        Reference reference(network);
        const std::int64_t p = 70001LL * 255 * ((1 << weight_bits) - 1);
        EXPECT_EQ(reference.logits(Codes(70001, 255)), (std::vector<std::int64_t>{-p, p}));
    }
}

// |fixed-point value - real value| in units of the output code: each of a, c, d is off by at most
// half of 2^-shift, and the double arithmetic by far less than 1e-9.
double rounding_bound(int shift, double p_most, double m_most) {
    return std::ldexp(p_most + m_most + 1, -shift - 1) + 1e-9;
}

double rounding_bound(const Layer& layer, const Codes& in) {
    double sum = 0;
    for (std::uint8_t code : in) sum += code;
    if (const auto* pool = std::get_if<PoolLayer>(&layer))
        return pool->kind == PoolLayer::Kind::max ? 1e-9 : rounding_bound(pool->shift, sum, 0);
    const auto& mvm = std::get<MvmLayer>(layer);
    const double m = std::min(sum, static_cast<double>(mvm.rows()) * ((1 << mvm.input_bits) - 1));
    return rounding_bound(mvm.shift, m * ((1 << mvm.weight_bits) - 1), m);
}

struct Comparison {
    int codes = 0;
    int near_ties = 0;
    int zeros = 0;
    std::vector<bool> seen = std::vector<bool>(256);
};

// Compares one layer's integer codes with its real values, given the same input codes. Codes may
// differ only where the real value lies within `bound` of a rounding tie.
void compare(const std::vector<double>& values, const ActivationQuantizer& q, double bound,
             const Codes& codes, Comparison& total) {
    const std::vector<int> expected = test::quantize(values, q);
    ASSERT_EQ(codes.size(), expected.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const double in_steps = values[i] / static_cast<double>(q.step) + 0.5;
        const double to_tie = std::abs(in_steps - std::round(in_steps));
        ++total.codes;
        total.zeros += codes[i] == 0 ? 1 : 0;
        total.seen[codes[i]] = true;
        if (to_tie > bound)
            ASSERT_EQ(codes[i], expected[i]) << "value " << in_steps - 0.5;
        else
            ++total.near_ties;
    }
}

void compare_logits(const std::vector<double>& values, double bound, int shift,
                    const std::vector<std::int64_t>& logits) {
    ASSERT_EQ(logits.size(), values.size());
    for (std::size_t o = 0; o < logits.size(); ++o)
        ASSERT_NEAR(std::ldexp(static_cast<double>(logits[o]), -shift), values[o], bound);
}

// Runs `rounds` random networks on both sides, every layer on the integer side's input codes.
void compare_networks(int coefficient_bits, int rounds, std::uint64_t seed, Comparison& total) {
    for (int round = 0; round < rounds; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = test::random_network(rng);
        const IntegerNetwork lowered = lower(network, coefficient_bits);
        Reference reference(lowered);
        Codes in = test::random_image(rng, network.input, lowered.input_bits);
        const auto logits = reference.logits(in);
        const auto outputs = outputs_of(network);
        for (std::size_t i = 0; i < network.nodes.size(); ++i) {
            const Node& node = network.nodes[i];
            const TensorInfo input = tensor_at(network, outputs, source_of(node));
            const auto values =
                test::float_values(
                    node,
                    {input.shape, test::dequantize(in, static_cast<double>(input.quantizer.step))},
                    {})
                    .values;
            const double bound = rounding_bound(lowered.layers[i], in);
            if (i + 1 == network.nodes.size())
                compare_logits(values, bound, lowered.last_mvm().shift, logits);
            else
                compare(values, outputs[i].quantizer, bound, reference.activations()[i], total);
            if (testing::Test::HasFatalFailure()) FAIL() << "round " << round << " node " << i;
            in = reference.activations()[i];
        }
    }
}

TEST(Lower, EqualsTheFloatNetworkAtSixteenBits) {
    Comparison total;
    compare_networks(16, 1000, test::test_seed(33), total);
    std::printf("%d of %d codes near a tie\n", total.near_ties, total.codes);
    // The bound is the worst case over all windows, so it covers more than really differs.
    EXPECT_LT(total.near_ties, total.codes / 50);
    // The networks use their codes: neither all dead nor all saturated.
    EXPECT_GT(std::count(total.seen.begin(), total.seen.end(), true), 128);
    EXPECT_LT(total.zeros, total.codes * 7 / 10);
    EXPECT_GT(total.zeros, total.codes / 5);
}

TEST(Lower, EqualsTheFloatNetworkAtTwentySixBits) {
    Comparison total;
    compare_networks(26, 1000, test::test_seed(34), total);
    EXPECT_LT(total.near_ties, total.codes / 5000);
}

// Share of output codes that differ from the float network's, over the same random networks.
double share_different(int coefficient_bits, std::uint64_t seed) {
    int different = 0;
    int codes = 0;
    for (int round = 0; round < 300; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = test::random_network(rng);
        const IntegerNetwork wide = lower(network, 32);
        const IntegerNetwork narrow = lower(network, coefficient_bits);
        Codes in = test::random_image(rng, network.input, network.input_quantizer.bits);
        const auto exact = test::naive_run(wide, in);
        for (std::size_t i = 0; i + 1 < wide.layers.size(); ++i) {
            // this layer alone, on the wide network's codes
            const auto out = test::naive_layer(narrow.layers[i], {in.begin(), in.end()}, {});
            for (std::size_t k = 0; k < out.size(); ++k)
                different += out[k] != exact.activations[i][k] ? 1 : 0;
            codes += static_cast<int>(out.size());
            in = exact.activations[i];
        }
    }
    return static_cast<double>(different) / codes;
}

TEST(Lower, WiderCoefficientsDifferInFewerCodes) {
    const auto seed = test::test_seed(35);
    // Limits a few times above what many seeds give; the narrowest must differ somewhere.
    const std::vector<std::pair<int, double>> most{
        {14, 6e-3}, {16, 2e-3}, {18, 8e-4}, {20, 4e-4}, {24, 2e-4}};
    for (const auto& [bits, limit] : most) {
        const double share = share_different(bits, seed);
        std::printf("%d coefficient bits: %.4f %% of the codes differ\n", bits, 100 * share);
        EXPECT_LT(share, limit);
        EXPECT_TRUE(bits > 14 || share > 0);
    }
}

}  // namespace
}  // namespace cimarron
