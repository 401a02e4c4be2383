// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/random_weights.h"

#include "common/rng.h"
#include "quant/activation.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr int kLastActivationBits = 8;
constexpr double kImageMeanSquare = 1.0 / 3;  // of pixels uniform in 0..1
constexpr double kPi = 3.14159265358979323846;

std::variant<BinaryWeights, IntegerWeights> draw(Rng& rng, const LayerSpec& layer, int rows) {
    const auto channels = static_cast<std::size_t>(layer.channels);
    const int count = rows * layer.channels;
    const double sigma = 1 / std::sqrt(rows);
    if (layer.weights == WeightKind::binary) {
        BinaryWeights weights;
        for (int i = 0; i < count; ++i) weights.signs.push_back(rng.coin(0.5) ? 1 : -1);
        weights.alpha.assign(channels, static_cast<float>(sigma));
        weights.beta.assign(channels, 0.0F);
        return weights;
    }
    IntegerWeights weights;
    for (int i = 0; i < count; ++i)
        weights.values.push_back(static_cast<std::int8_t>(rng.uniform_int(-127, 127)));
    const double uniform_sigma = 127 / std::sqrt(3.0);
    weights.scale.assign(channels, static_cast<float>(sigma / uniform_sigma));
    return weights;
}

ActivationQuantizer half_normal(int bits, double sigma) {
    return {bits, static_cast<float>(half_normal_step(bits) * sigma)};
}

ConvNode conv_node(Rng& rng, const LayerSpec& layer, int in_channels) {
    ConvNode node;
    node.name = layer.name;
    node.source = layer.source;
    node.window = layer.window;
    node.out_channels = layer.channels;
    node.fully_connected = layer.type == LayerSpec::Type::linear;
    node.weights = draw(rng, layer, layer.window.kernel_h * layer.window.kernel_w * in_channels);
    return node;
}

}  // namespace

Network random_weights(const NetworkSpec& spec, int activation_bits, std::uint64_t seed) {
    Rng rng(seed);
    Network network;
    network.name = spec.name;
    network.input = spec.input;
    const auto weighted_after = [&spec](std::size_t i) {
        return std::count_if(spec.layers.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                             spec.layers.end(), [](const LayerSpec& l) { return l.weighted(); });
    };
    Shape shape = spec.input;
    double mean_square = kImageMeanSquare;  // of the activations a layer reads
    for (std::size_t i = 0; i < spec.layers.size(); ++i) {
        const LayerSpec& layer = spec.layers[i];
        const auto left = weighted_after(i);
        const int bits = left == 1 ? kLastActivationBits : activation_bits;
        if (layer.weighted()) {
            ConvNode node = conv_node(rng, layer, shape.channels);
            if (left > 0) node.activation = half_normal(bits, std::sqrt(mean_square));
            network.nodes.emplace_back(std::move(node));
            mean_square /= 2;  // half of a symmetric distribution is cut off
        } else if (layer.type == LayerSpec::Type::max_pool) {
            network.nodes.emplace_back(PoolNode{layer.name, layer.source, PoolNode::Kind::max,
                                                layer.window, std::nullopt});
        } else {
            // The mean of a cut-off normal: sigma / sqrt(2 pi), with sigma^2 = 2 mean_square.
            const double mean = std::sqrt(mean_square / kPi);
            network.nodes.emplace_back(PoolNode{layer.name, layer.source, PoolNode::Kind::average,
                                                layer.window, half_normal(bits, mean)});
            mean_square = mean * mean;
        }
        shape = output_shape(layer, shape);
    }
    return network;
}

}  // namespace cimarron
