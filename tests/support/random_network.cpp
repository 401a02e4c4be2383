// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_network.h"

#include "quant/activation.h"
#include "tests/support/float_reference.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace cimarron::test {

namespace {

using Batch = std::vector<std::vector<double>>;  // real values of a few images at one point

std::vector<float> random_floats(Rng& rng, int count, double mean, double sigma) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& v : values) v = static_cast<float>(rng.normal(mean, sigma));
    return values;
}

BinaryWeights random_binary(Rng& rng, int count, int channels) {
    BinaryWeights w;
    const double share = rng.uniform(0.3, 0.7);
    for (int i = 0; i < count; ++i) w.signs.push_back(rng.coin(share) ? 1 : -1);
    w.beta = random_floats(rng, channels, 0, rng.coin(0.2) ? 0.0 : 0.02);
    for (int o = 0; o < channels; ++o)
        w.alpha.push_back(static_cast<float>(rng.uniform(0.02, 0.2)));
    return w;
}

IntegerWeights random_integer(Rng& rng, int count, int channels) {
    IntegerWeights w;
    w.bits = rng.coin(0.5) ? 8 : rng.uniform_int(2, 8);
    const int half = 1 << (w.bits - 1);
    for (int i = 0; i < count; ++i)
        w.values.push_back(static_cast<std::int8_t>(rng.uniform_int(-half, half - 1)));
    for (int o = 0; o < channels; ++o)
        w.scale.push_back(static_cast<float>(rng.uniform(0.1, 0.4) / half));
    return w;
}

// Kernel, stride and padding along one axis of the given size.
struct Axis {
    int kernel, stride, before, after;
};
Axis random_axis(Rng& rng, int size, int max_kernel, int max_stride) {
    const int kernel = rng.uniform_int(1, std::min(max_kernel, size));
    return {kernel, rng.uniform_int(1, max_stride), rng.uniform_int(0, kernel / 2),
            rng.uniform_int(0, kernel / 2)};
}

Window random_window(Rng& rng, const Shape& in, int max_kernel, int max_stride) {
    const Axis y = random_axis(rng, in.height, max_kernel, max_stride);
    const Axis x = random_axis(rng, in.width, max_kernel, max_stride);
    return {y.kernel, x.kernel, y.stride, x.stride, y.before, x.before, y.after, x.after};
}

Batch evaluate(const Node& node, const Shape& in, const Batch& batch) {
    Batch result;
    for (const auto& values : batch) result.push_back(float_values(node, {in, values}, {}).values);
    return result;
}

// Statistics a trained network would have collected, with random gains around them.
BatchNorm random_batch_norm(Rng& rng, const Batch& batch, int channels) {
    const auto n = static_cast<std::size_t>(channels);
    std::vector<double> sum(n), square(n);
    double count = 0;
    double all = 0;
    for (const auto& values : batch)
        for (std::size_t i = 0; i < values.size(); ++i) {
            all += values[i] * values[i];
            sum[i % n] += values[i];
            square[i % n] += values[i] * values[i];
            count += i % n == 0 ? 1 : 0;
        }
    BatchNorm bn;
    bn.beta = random_floats(rng, channels, 0.3, 0.5);
    for (std::size_t o = 0; o < n; ++o) {
        const double mean = sum[o] / count;
        bn.gamma.push_back(static_cast<float>(rng.uniform(0.5, 1.5) * (rng.coin(0.1) ? -1 : 1)));
        bn.mean.push_back(static_cast<float>(mean));
        // So that no dead channel's gain explodes.
        const double floor = all > 1e-6 ? 0.05 * all / (count * channels) : 1.0;
        bn.variance.push_back(
            static_cast<float>(std::max(square[o] / count - mean * mean, 0.0) + floor));
    }
    return bn;
}

// The least-squares step for the values at hand; not much below them when nearly all are negative.
ActivationQuantizer random_quantizer(Rng& rng, const Batch& batch,
                                     const RandomNetworkOptions& options) {
    double positive = 0;
    double all = 0;
    double count = 0;
    for (const auto& values : batch)
        for (double v : values) {
            positive += v > 0 ? v * v : 0;
            all += v * v;
            count += 1;
        }
    ActivationQuantizer q;
    q.bits = rng.uniform_int(options.min_bits, options.max_bits);
    const double sigma = std::sqrt(2 * std::max(positive, 0.02 * all) / count);
    q.step = static_cast<float>(sigma > 0 ? half_normal_step(q.bits) * sigma : 0.1);
    return q;
}

// Builds the chain; `batch_` holds the values of a few random images after the last node.
class Builder {
public:
    Builder(Rng& rng, const RandomNetworkOptions& options) : rng_(rng), options_(options) {
        network_.name = "random";
        network_.input = {rng.uniform_int(1, 4), rng.uniform_int(1, options.max_size),
                          rng.uniform_int(1, options.max_size)};
        if (rng.coin(0.3)) {
            network_.input_quantizer.bits = rng.uniform_int(1, 8);
            network_.input_quantizer.step = static_cast<float>(rng.uniform(0.002, 0.1));
        }
        shape_ = network_.input;
        for (int i = 0; i < 3; ++i)
            batch_.push_back(dequantize(random_image(rng, shape_, network_.input_quantizer.bits),
                                        static_cast<double>(network_.input_quantizer.step)));
    }

    Network build() {
        const int layers = rng_.uniform_int(1, options_.max_layers);
        for (int i = 1; i < layers; ++i) {
            const bool flat = shape_.pixels() == 1 && rng_.coin(0.3);
            add_layer(flat, false);
            if (flat) break;
            if (options_.pooling && rng_.coin(0.4)) add_pool();
        }
        add_layer(true, true);
        return std::move(network_);
    }

private:
    std::string name(const char* kind) { return kind + std::to_string(network_.nodes.size()); }
    void add_layer(bool fully_connected, bool last);
    void add_pool();
    void finish(Node node);

    Rng& rng_;
    const RandomNetworkOptions& options_;
    Network network_;
    Shape shape_;
    Batch batch_;
};

void Builder::add_layer(bool fully_connected, bool last) {
    ConvNode node;
    node.name = name(fully_connected ? "fc" : "conv");
    node.source = static_cast<int>(network_.nodes.size()) - 1;
    node.fully_connected = fully_connected;
    if (fully_connected) {
        node.window.kernel_h = shape_.height;
        node.window.kernel_w = shape_.width;
    } else {
        node.window = random_window(rng_, shape_, options_.max_kernel, options_.max_stride);
    }
    node.out_channels =
        rng_.uniform_int(last ? 2 : 1, last ? options_.max_classes : options_.max_channels);
    const int count =
        node.out_channels * shape_.channels * node.window.kernel_h * node.window.kernel_w;
    if (options_.integer_weights && rng_.coin(0.4))
        node.weights = random_integer(rng_, count, node.out_channels);
    else
        node.weights = random_binary(rng_, count, node.out_channels);
    if (rng_.coin(0.4)) node.bias = random_floats(rng_, node.out_channels, 0, 0.3);
    if (rng_.coin(last ? 0.2 : 0.7))
        node.batch_norm =
            random_batch_norm(rng_, evaluate(node, shape_, batch_), node.out_channels);
    if (!last) node.activation = random_quantizer(rng_, evaluate(node, shape_, batch_), options_);
    finish(std::move(node));
}

void Builder::add_pool() {
    PoolNode node;
    node.name = name("pool");
    node.source = static_cast<int>(network_.nodes.size()) - 1;
    node.window = random_window(rng_, shape_, 3, 3);
    node.kind = rng_.coin(0.5) ? PoolNode::Kind::max : PoolNode::Kind::average;
    if (node.kind == PoolNode::Kind::average)
        node.activation = random_quantizer(rng_, evaluate(node, shape_, batch_), options_);
    finish(std::move(node));
}

void Builder::finish(Node node) {
    batch_ = evaluate(node, shape_, batch_);
    const auto* conv = std::get_if<ConvNode>(&node);
    const auto activation =
        conv != nullptr ? conv->activation : std::get<PoolNode>(node).activation;
    if (activation)
        for (auto& values : batch_)
            values = dequantize(test::quantize(values, *activation),
                                static_cast<double>(activation->step));
    shape_ = output_shape(node, shape_);
    network_.nodes.push_back(std::move(node));
}

}  // namespace

Network random_network(Rng& rng, const RandomNetworkOptions& options) {
    return Builder(rng, options).build();
}

Codes random_image(Rng& rng, const Shape& shape, int bits) {
    Codes codes(static_cast<std::size_t>(shape.size()));
    const double zeros = rng.uniform(0, 0.5);
    for (std::uint8_t& code : codes)
        code = rng.coin(zeros) ? std::uint8_t{0}
                               : static_cast<std::uint8_t>(rng.uniform_int(0, (1 << bits) - 1));
    return codes;
}

}  // namespace cimarron::test
