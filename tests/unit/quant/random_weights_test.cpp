// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/random_weights.h"

#include "common/rng.h"
#include "quant/lower.h"
#include "quant/reference.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace cimarron {
namespace {

NetworkSpec shipped(const std::string& name) {
    return load_network_spec(CIMARRON_SOURCE_DIR "/configs/network/" + name + ".yaml");
}

Codes random_image(Rng& rng, const IntegerNetwork& network) {
    Codes image(static_cast<std::size_t>(network.input.size()));
    for (auto& pixel : image) pixel = static_cast<std::uint8_t>(rng.uniform_int(0, 255));
    return image;
}

// Energy and accuracy loss would be another network's if codes were all 0, or all saturated.
void expect_codes_in_use(const Codes& codes, int bits, const std::string& name) {
    const int top = (1 << bits) - 1;
    const auto size = static_cast<double>(codes.size());
    const auto zeros = static_cast<double>(std::count(codes.begin(), codes.end(), 0));
    const auto tops = static_cast<double>(std::count(codes.begin(), codes.end(), top));
    EXPECT_LT(zeros, 0.9 * size) << name;
    EXPECT_GE(*std::max_element(codes.begin(), codes.end()), top / 4 + 1) << name;
    EXPECT_LT(tops, (bits == 1 ? 0.8 : 0.5) * size) << name;
}

void expect_stream_in_use(const Stream& stream, int bits, const std::string& name) {
    int most = 0;
    for (const int value : stream) most = std::max(most, std::abs(value));
    EXPECT_LT(most, (1 << (bits - 1)) - 1) << name << " saturates";
    EXPECT_GE(most, 1 << (bits - 4)) << name;
    EXPECT_LT(*std::min_element(stream.begin(), stream.end()), 0) << name;
}

void expect_in_use(const NetworkSpec& spec, int bits, std::uint64_t seed) {
    const IntegerNetwork network = lower(random_weights(spec, bits, seed));
    EXPECT_EQ(network.activation_bits(), bits);
    Reference reference(network);
    Rng rng(seed);
    const auto logits = reference.logits(random_image(rng, network));
    for (std::size_t i = 0; i + 1 < network.layers.size(); ++i) {
        const Layer& layer = network.layers[i];
        const int width = output_bits_of(layer);
        if (is_stream(width))
            expect_stream_in_use(reference.streams()[i], width, name_of(layer));
        else
            expect_codes_in_use(reference.activations()[i], width, name_of(layer));
    }
    EXPECT_NE(logits, reference.logits(random_image(rng, network))) << "images look alike";
}

TEST(RandomWeights, codes_use_their_range_at_every_bitwidth) {
    const std::uint64_t seed = test::test_seed(3);
    for (const char* name : {"fashion_cnn", "lenet5", "resnet20", "mobilenet_small"})
        for (const int bits : {1, 2, 4, 8}) {
            SCOPED_TRACE(testing::Message() << name << " at " << bits << " bits");
            expect_in_use(shipped(name), bits, seed);
        }
}

TEST(RandomWeights, codes_use_their_range_in_large_networks) {
    for (const char* name : {"vgg8", "resnet18_cifar", "resnet18"}) {
        SCOPED_TRACE(name);
        expect_in_use(shipped(name), 4, test::test_seed(4));
    }
}

TEST(RandomWeights, a_seed_names_one_network) {
    const NetworkSpec spec = shipped("fashion_cnn");
    const auto weights = [&](std::uint64_t seed) {
        return std::get<MvmLayer>(lower(random_weights(spec, 4, seed)).layers[1]).weights;
    };
    EXPECT_EQ(weights(5), weights(5));
    EXPECT_NE(weights(5), weights(6));
}

}  // namespace
}  // namespace cimarron
