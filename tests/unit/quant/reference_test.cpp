// SPDX-License-Identifier: Apache-2.0
#include "quant/reference.h"

#include "common/error.h"
#include "quant/lower.h"
#include "tests/support/naive_integer.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_network.h"
#include "tests/support/random_residual_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace cimarron {
namespace {

using test::RandomNetworkOptions;

void expect_equals_naive(const IntegerNetwork& network, Rng& rng, const std::string& which) {
    Reference reference(network);
    for (int i = 0; i < 2; ++i) {  // the second image meets used scratch memory
        const Codes image = test::random_image(rng, network.input, network.input_bits);
        const auto logits = reference.logits(image);
        const test::NaiveResult naive = test::naive_run(network, image);
        ASSERT_EQ(reference.activations(), naive.activations) << which;
        ASSERT_EQ(reference.streams(), naive.streams) << which;
        ASSERT_EQ(logits, naive.logits) << which;
    }
}

TEST(Reference, EqualsNaiveIntegersOnChains) {
    const auto seed = test::test_seed(31);
    for (int round = 0; round < 1500 && !HasFatalFailure(); ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        expect_equals_naive(lower(test::random_network(rng)), rng,
                            "round " + std::to_string(round));
    }
}

TEST(Reference, EqualsNaiveIntegersOnResidualNetworks) {
    const auto seed = test::test_seed(36);
    for (int round = 0; round < 2000 && !HasFatalFailure(); ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        expect_equals_naive(lower(test::random_residual_network(rng)), rng,
                            "round " + std::to_string(round));
    }
}

// Every construct in any order, also what no real network is lowered to.
TEST(Reference, EqualsNaiveIntegersOnGraphs) {
    const auto seed = test::test_seed(40);
    for (int round = 0; round < 1000 && !HasFatalFailure(); ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        expect_equals_naive(test::random_graph(rng), rng, "round " + std::to_string(round));
    }
}

// Wide layers: several words of packed bits, more rows than one byte counts.
TEST(Reference, EqualsNaiveIntegersOnWideLayers) {
    const auto seed = test::test_seed(32);
    RandomNetworkOptions options;
    options.max_channels = 70;
    options.max_size = 6;
    options.max_layers = 3;
    for (int round = 0; round < 40 && !HasFatalFailure(); ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const std::string which = "round " + std::to_string(round);
        expect_equals_naive(lower(test::random_network(rng, options)), rng, which);
        expect_equals_naive(lower(test::random_residual_network(rng, options)), rng, which);
    }
}

// The random networks hold what they are for, often enough.
TEST(RandomResidualNetwork, HoldsEveryConstruct) {
    const auto seed = test::test_seed(37);
    std::map<std::string, int> seen;
    for (int round = 0; round < 200; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const IntegerNetwork network = lower(test::random_residual_network(rng));
        std::vector<int> readers(network.layers.size());
        for (const Layer& layer : network.layers) {
            if (source_of(layer) >= 0) ++readers[static_cast<std::size_t>(source_of(layer))];
            const auto* mvm = std::get_if<MvmLayer>(&layer);
            if (std::holds_alternative<QuantizeLayer>(layer)) ++seen["quantizer"];
            if (is_stream(output_bits_of(layer))) ++seen["stream"];
            if (mvm != nullptr && mvm->groups > 1) ++seen["groups"];
            if (mvm != nullptr && mvm->groups == mvm->input.channels && mvm->groups > 1)
                ++seen["depthwise"];
            const Residual* r = residual_of(layer);
            if (r == nullptr) continue;
            ++readers[static_cast<std::size_t>(r->source)];
            ++seen[is_stream(r->bits) ? "stream added" : "codes added"];
            ++seen[is_stream(mvm->output_bits) ? "added to a stream" : "added to codes"];
            if (r->stride > 1) ++seen["strided"];
            if (r->input.channels < mvm->output.channels) ++seen["zero channels"];
        }
        if (*std::max_element(readers.begin(), readers.end()) > 1) ++seen["several readers"];
    }
    for (const char* what :
         {"quantizer", "stream", "groups", "depthwise", "stream added", "codes added",
          "added to a stream", "added to codes", "strided", "zero channels", "several readers"})
        EXPECT_GT(seen[what], 20) << what;
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

}  // namespace
}  // namespace cimarron
