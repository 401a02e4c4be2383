// SPDX-License-Identifier: Apache-2.0
#include "quant/lower.h"

#include "quant/reference.h"
#include "tests/support/float_reference.h"
#include "tests/support/naive_integer.h"
#include "tests/support/random_network.h"
#include "tests/support/random_residual_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace cimarron {
namespace {

using Integers = std::vector<int>;
using MakeNetwork = std::function<Network(Rng&)>;

Network chain(Rng& rng) {
    return test::random_network(rng);
}
Network graph(Rng& rng) {
    return test::random_residual_network(rng);
}

Integers output_of(const std::vector<Codes>& codes, const std::vector<Stream>& streams, int i) {
    const auto at = static_cast<std::size_t>(i);
    if (codes[at].empty()) return {streams[at].begin(), streams[at].end()};
    return {codes[at].begin(), codes[at].end()};
}

// |fixed-point value - real value| in units of the output code: each coefficient is off by at most
// half of 2^-shift, and the double arithmetic by far less than 1e-9. `factors` is the sum of what
// the coefficients multiply.
double rounding_bound(int shift, double factors) {
    return std::ldexp(factors + 1, -shift - 1) + 1e-9;
}

double rounding_bound(const Layer& layer, const Integers& in) {
    double sum = 0;
    int most = 0;
    for (const int value : in) {
        sum += std::abs(value);
        most = std::max(most, std::abs(value));
    }
    if (const auto* quantize = std::get_if<QuantizeLayer>(&layer))
        return rounding_bound(quantize->shift, most);
    if (const auto* pool = std::get_if<PoolLayer>(&layer))
        return pool->kind == PoolLayer::Kind::max ? 1e-9 : rounding_bound(pool->shift, sum);
    const auto& mvm = std::get<MvmLayer>(layer);
    const double m = std::min(sum, static_cast<double>(mvm.rows()) * ((1 << mvm.input_bits) - 1));
    const double r = mvm.residual ? std::ldexp(1.0, mvm.residual->bits) : 0;
    return rounding_bound(mvm.shift, m * (1 << mvm.weight_bits) + r);
}

struct Comparison {
    int codes = 0;
    int near_ties = 0;
    int zeros = 0;
    std::vector<bool> seen = std::vector<bool>(256);
};

// Compares one layer's integers with its real values, given the same inputs. They may differ only
// where the real value lies within `bound` of a rounding tie.
void compare(const std::vector<double>& values, const ActivationQuantizer& q, double bound,
             const Integers& integers, Comparison& total) {
    const Integers expected = test::quantize(values, q);
    ASSERT_EQ(integers.size(), expected.size());
    for (std::size_t i = 0; i < integers.size(); ++i) {
        const double in_steps = values[i] / q.step[0] + 0.5;
        const double to_tie = std::abs(in_steps - std::round(in_steps));
        ++total.codes;
        total.zeros += integers[i] == 0 ? 1 : 0;
        if (!is_stream(q.bits)) total.seen[static_cast<std::size_t>(integers[i])] = true;
        if (to_tie > bound)
            ASSERT_EQ(integers[i], expected[i]) << "value " << in_steps - 0.5;
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

// One network on both sides, every layer on the integer side's inputs.
void compare_network(const Network& network, int coefficient_bits, Rng& rng, Comparison& total) {
    const IntegerNetwork lowered = lower(network, coefficient_bits);
    Reference reference(lowered);
    const Codes image = test::random_image(rng, network.input, lowered.input_bits);
    const auto logits = reference.logits(image);
    const auto outputs = outputs_of(network);
    const auto integers = [&](int source) {
        if (source < 0) return Integers(image.begin(), image.end());
        return output_of(reference.activations(), reference.streams(), source);
    };
    const auto real = [&](int source) {
        const TensorInfo info = tensor_at(network, outputs, source);
        return test::FloatTensor{info.shape,
                                 test::dequantize(integers(source), info.quantizer->step[0])};
    };
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& node = network.nodes[i];
        const Shortcut* shortcut = shortcut_of(node);
        const auto values =
            test::float_values(node, real(source_of(node)),
                               shortcut == nullptr ? test::FloatTensor{} : real(shortcut->source))
                .values;
        const double bound = rounding_bound(lowered.layers[i], integers(source_of(node)));
        if (i + 1 == network.nodes.size())
            compare_logits(values, bound, lowered.last_mvm().shift, logits);
        else
            compare(values, *outputs[i].quantizer, bound, integers(static_cast<int>(i)), total);
        if (testing::Test::HasFatalFailure()) FAIL() << "node " << i;
    }
}

Comparison compare_networks(const MakeNetwork& make, int coefficient_bits, int rounds,
                            std::uint64_t seed) {
    Comparison total;
    for (int round = 0; round < rounds && !testing::Test::HasFatalFailure(); ++round) {
        SCOPED_TRACE(testing::Message() << "round " << round);
        Rng rng(seed + static_cast<std::uint64_t>(round));
        compare_network(make(rng), coefficient_bits, rng, total);
    }
    std::printf("%d of %d integers near a tie\n", total.near_ties, total.codes);
    return total;
}

TEST(Lower, EqualsTheFloatNetworkAtSixteenBits) {
    const Comparison total = compare_networks(chain, 16, 1000, test::test_seed(33));
    // The bound is the worst case over all windows, so it covers more than really differs.
    EXPECT_LT(total.near_ties, total.codes / 50);
    // The networks use their codes: neither all dead nor all saturated.
    EXPECT_GT(std::count(total.seen.begin(), total.seen.end(), true), 128);
    EXPECT_LT(total.zeros, total.codes * 7 / 10);
    EXPECT_GT(total.zeros, total.codes / 5);
}

TEST(Lower, EqualsTheFloatNetworkAtTwentySixBits) {
    const Comparison total = compare_networks(chain, 26, 1000, test::test_seed(34));
    EXPECT_LT(total.near_ties, total.codes / 5000);
}

// Streams of 16 bits see the rounding of 16-bit coefficients; the ties are the share of that.
TEST(Lower, EqualsTheFloatGraphAtSixteenBits) {
    const Comparison total = compare_networks(graph, 16, 1000, test::test_seed(38));
    EXPECT_LT(total.near_ties, total.codes / 5);
    EXPECT_GT(std::count(total.seen.begin(), total.seen.end(), true), 128);
    EXPECT_LT(total.zeros, total.codes * 7 / 10);
}

TEST(Lower, EqualsTheFloatGraphAtThirtyTwoBits) {
    const Comparison total = compare_networks(graph, 32, 1000, test::test_seed(39));
    EXPECT_LT(total.near_ties, total.codes / 1000);
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
