// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/random_weights.h"

#include "common/rng.h"
#include "quant/spec/bit_plan.h"
#include "quant/spec/sample_tensor.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr std::int64_t kSampleMacs = 1'000'000'000;  // so that calibration takes a moment only
constexpr std::int64_t kMostImages = 4;

std::vector<std::int8_t> random_signs(Rng& rng, std::size_t count) {
    std::vector<std::int8_t> signs(count);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < count; ++i, bits >>= 1) {
        if (i % 64 == 0) bits = rng.engine()();
        signs[i] = (bits & 1) != 0 ? 1 : -1;
    }
    return signs;
}

std::variant<BinaryWeights, IntegerWeights> draw(Rng& rng, const LayerSpec& layer, int rows) {
    const auto channels = static_cast<std::size_t>(layer.channels);
    const std::size_t count = static_cast<std::size_t>(rows) * channels;
    const double sigma = 1 / std::sqrt(rows);
    if (layer.weights == WeightKind::binary)
        return BinaryWeights{random_signs(rng, count),
                             std::vector<float>(channels, static_cast<float>(sigma)),
                             std::vector<float>(channels, 0.0F)};
    IntegerWeights weights;
    for (std::size_t i = 0; i < count; ++i)
        weights.values.push_back(static_cast<std::int8_t>(rng.uniform_int(-127, 127)));
    const double uniform_sigma = 127 / std::sqrt(3.0);
    weights.scale.assign(channels, static_cast<float>(sigma / uniform_sigma));
    return weights;
}

SampleTensor random_images(Rng& rng, const Network& network, std::int64_t count) {
    SampleTensor images{network.input, network.input_quantizer, {}, {}};
    for (std::int64_t i = 0; i < count; ++i) {
        Codes image(static_cast<std::size_t>(network.input.size()));
        for (std::uint8_t& pixel : image)
            pixel = static_cast<std::uint8_t>(rng.uniform_int(0, 255));
        images.codes.push_back(std::move(image));
    }
    return images;
}

std::int64_t macs(const NetworkSpec& spec) {
    const std::vector<Shape> shapes = output_shapes(spec);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const LayerSpec& layer = spec.layers[i];
        if (!layer.weighted()) continue;
        const int channels = layer.source < 0
                                 ? spec.input.channels
                                 : shapes[static_cast<std::size_t>(layer.source)].channels;
        sum += std::int64_t{shapes[i].size()} * layer.window.kernel_h * layer.window.kernel_w *
               (channels / layer.groups);
    }
    return sum;
}

// Appends the layers to the network and runs the sample images through each, since the next one's
// statistics come from its codes.
class RandomNetwork {
public:
    RandomNetwork(const NetworkSpec& spec, std::uint64_t seed) : rng_(seed) {
        network_.name = spec.name;
        network_.input = spec.input;
        images_ = random_images(rng_, network_,
                                std::clamp(kSampleMacs / std::max<std::int64_t>(macs(spec), 1),
                                           std::int64_t{1}, kMostImages));
    }

    void append(const LayerSpec& layer, const LayerBits& bits);
    Network take() { return std::move(network_); }

private:
    int node_of(int layer) const {
        return layer < 0 ? -1 : nodes_[static_cast<std::size_t>(layer)];
    }
    const SampleTensor& tensor(int node) const {
        return node < 0 ? images_ : tensors_[static_cast<std::size_t>(node)];
    }
    void add(Node node, SampleTensor output) {
        network_.nodes.push_back(std::move(node));
        tensors_.push_back(std::move(output));
    }
    int quantize_input(const LayerSpec& layer, int bits);
    void append_conv(const LayerSpec& layer, int source, int output_bits);
    void append_pool(const LayerSpec& layer, int source, int output_bits);

    Rng rng_;
    Network network_;
    SampleTensor images_;
    std::vector<SampleTensor> tensors_;  // of the nodes' outputs
    std::vector<int> nodes_;             // of the layers: quantizers stand between
};

int RandomNetwork::quantize_input(const LayerSpec& layer, int bits) {
    const SampleTensor& in = tensor(node_of(layer.source));
    const SampleValues values = real_values(in);
    const ActivationQuantizer quantizer = code_quantizer(values, bits);
    add(QuantizeNode{layer.name + ".input", node_of(layer.source), quantizer},
        quantized(values, in.shape, quantizer));
    return static_cast<int>(network_.nodes.size()) - 1;
}

void RandomNetwork::append_conv(const LayerSpec& layer, int source, int output_bits) {
    const SampleTensor& in = tensor(source);
    ConvNode node;
    node.name = layer.name;
    node.source = source;
    node.window = layer.window;
    node.out_channels = layer.channels;
    node.groups = layer.groups;
    node.fully_connected = layer.type == LayerSpec::Type::linear;
    node.weights =
        draw(rng_, layer,
             layer.window.kernel_h * layer.window.kernel_w * (in.shape.channels / layer.groups));
    if (output_bits == 0) return add(std::move(node), {});
    const Shape out = output_shape(layer, in.shape);
    SampleValues values = dot_products(node, in);
    node.batch_norm = batch_norm_of(values, layer.channels);
    normalize(values, *node.batch_norm);
    if (layer.add) {
        const SampleTensor& from = tensor(node_of(*layer.add));
        const IdentityShortcut identity = identity_shortcut(from.shape, out).value();
        node.shortcut = Shortcut{node_of(*layer.add), identity.stride, identity.channel_offset};
        add_shortcut(values, out, *node.shortcut, from);
    }
    node.activation = is_stream(output_bits) ? stream_quantizer(values, output_bits)
                                             : code_quantizer(values, output_bits);
    const ActivationQuantizer quantizer = *node.activation;
    add(std::move(node), quantized(values, out, quantizer));
}

void RandomNetwork::append_pool(const LayerSpec& layer, int source, int output_bits) {
    const SampleTensor& in = tensor(source);
    PoolNode node{layer.name, source, PoolNode::Kind::max, layer.window, std::nullopt};
    if (layer.type == LayerSpec::Type::max_pool) {
        SampleTensor out = max_pooled(node, in);
        return add(std::move(node), std::move(out));
    }
    node.kind = PoolNode::Kind::average;
    const SampleValues values = averages(node, in);
    node.activation = average_quantizer(values, output_bits);
    SampleTensor out = quantized(values, output_shape(layer, in.shape), *node.activation);
    add(std::move(node), std::move(out));
}

void RandomNetwork::append(const LayerSpec& layer, const LayerBits& bits) {
    const int source =
        bits.quantize_input ? quantize_input(layer, bits.input) : node_of(layer.source);
    if (layer.weighted())
        append_conv(layer, source, bits.output);
    else
        append_pool(layer, source, bits.output);
    nodes_.push_back(static_cast<int>(network_.nodes.size()) - 1);
}

}  // namespace

Network random_weights(const NetworkSpec& spec, int activation_bits, std::uint64_t seed) {
    const std::vector<LayerBits> plan = bit_plan(spec, activation_bits);
    RandomNetwork network(spec, seed);
    for (std::size_t i = 0; i < spec.layers.size(); ++i) network.append(spec.layers[i], plan[i]);
    return network.take();
}

}  // namespace cimarron
