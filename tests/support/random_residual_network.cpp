// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_residual_network.h"

#include "tests/support/float_reference.h"
#include "tests/support/random_parts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace cimarron::test {

namespace {

// A stream; the largest value at hand reaches a quarter to 1.5 of its range.
ActivationQuantizer random_stream(Rng& rng, const Batch& batch, int most_bits) {
    double most = 0.05;
    for (const auto& values : batch)
        for (double v : values) most = std::max(most, std::abs(v));
    const int bits = rng.uniform_int(9, most_bits);
    const double step = rng.uniform(0.7, 4) * most * std::ldexp(1.0, 1 - bits);
    const double power = std::exp2(std::round(std::log2(step)));
    return {bits, static_cast<float>(rng.coin(0.7) ? power : step)};
}

struct Tensor {
    Shape shape;
    ActivationQuantizer quantizer;
    Batch batch;  // real values of a few images
};

// Appends blocks; every block reads tensor `current_`, which nothing else has read before, and
// leaves another there. Tensors are named by the index of their node, -1 is the image.
class ResidualNetworkBuilder {
public:
    ResidualNetworkBuilder(Rng& rng, const RandomNetworkOptions& options)
        : rng_(rng), options_(options) {
        network_.name = "random residual network";
        network_.input = {rng.uniform_int(1, 4), rng.uniform_int(2, options.max_size),
                          rng.uniform_int(2, options.max_size)};
        image_ = {network_.input, network_.input_quantizer, {}};
        for (int i = 0; i < 2; ++i)
            image_.batch.push_back(dequantize(random_image(rng, image_.shape, 8), 1.0 / 255));
    }

    Network build() {
        plain();
        const int blocks = rng_.uniform_int(1, options_.max_layers);
        for (int i = 0; i < blocks; ++i) {
            if (rng_.coin(0.75))
                residual_block();
            else
                plain();
            if (options_.pooling && rng_.coin(0.25)) pool(false);
        }
        if (options_.pooling && rng_.coin(0.5)) pool(true);
        last();
        return std::move(network_);
    }

private:
    const Tensor& at(int node) const {
        return node < 0 ? image_ : tensors_[static_cast<std::size_t>(node)];
    }
    std::string name(const char* kind) const {
        return kind + std::to_string(network_.nodes.size());
    }
    int append(Node node, const Batch& values, const ActivationQuantizer& quantizer);
    int codes_of(int node);
    ConvNode new_conv(int source, const Window& window, int channels, int groups);
    int finish(ConvNode node, bool stream);
    Window same_size(int stride);
    int random_groups(int in_channels, int& channels);
    int projection(int source, int channels, int stride);
    void plain();
    void residual_block();
    void pool(bool global);
    void last();

    Rng& rng_;
    const RandomNetworkOptions& options_;
    Network network_;
    Tensor image_;
    std::vector<Tensor> tensors_;
    int current_ = -1;
};

int ResidualNetworkBuilder::append(Node node, const Batch& values,
                                   const ActivationQuantizer& quantizer) {
    Tensor tensor{output_shape(node, at(source_of(node)).shape), quantizer, {}};
    for (const auto& image : values)
        tensor.batch.push_back(dequantize(quantize(image, quantizer), quantizer.step[0]));
    network_.nodes.push_back(std::move(node));
    tensors_.push_back(std::move(tensor));
    return static_cast<int>(tensors_.size()) - 1;
}

// The tensor itself, or behind a quantizer of its own: always when it is a stream.
int ResidualNetworkBuilder::codes_of(int node) {
    if (node < 0 || (!is_stream(at(node).quantizer.bits) && rng_.coin(0.85))) return node;
    const ActivationQuantizer q = random_quantizer(rng_, at(node).batch, options_);
    return append(QuantizeNode{name("quantize"), node, q}, at(node).batch, q);
}

ConvNode ResidualNetworkBuilder::new_conv(int source, const Window& window, int channels,
                                          int groups) {
    ConvNode node;
    node.name = name("conv");
    node.source = source;
    node.window = window;
    node.out_channels = channels;
    node.groups = groups;
    const int rows = window.kernel_h * window.kernel_w * (at(source).shape.channels / groups);
    node.weights = random_node_weights(rng_, rows * channels, channels, options_);
    if (rng_.coin(0.3)) node.bias = random_floats(rng_, channels, 0, 0.3);
    return node;
}

// Adds batch norm and quantizer. The values are those of the node with everything it has so far.
int ResidualNetworkBuilder::finish(ConvNode node, bool stream) {
    const Tensor& in = at(node.source);
    const std::optional<Shortcut> shortcut = std::exchange(node.shortcut, std::nullopt);
    if (rng_.coin(0.7))
        node.batch_norm =
            random_batch_norm(rng_, evaluate(node, in.shape, in.batch), node.out_channels);
    node.shortcut = shortcut;
    Batch values;
    for (std::size_t i = 0; i < in.batch.size(); ++i) {
        FloatTensor added;
        if (shortcut) added = {at(shortcut->source).shape, at(shortcut->source).batch[i]};
        values.push_back(float_values(node, {in.shape, in.batch[i]}, added).values);
    }
    // Few small codes would need a gain beyond 16-bit coefficients to fill a wide stream.
    const int rows =
        node.window.kernel_h * node.window.kernel_w * (in.shape.channels / node.groups);
    const int most_bits = rows << in.quantizer.bits >= 4096 ? 14 : 11;
    const ActivationQuantizer q =
        stream ? random_stream(rng_, values, most_bits) : random_quantizer(rng_, values, options_);
    node.activation = q;
    return append(std::move(node), values, q);
}

// Odd kernels padded so that only the stride changes the size.
Window ResidualNetworkBuilder::same_size(int stride) {
    const int y = rng_.uniform_int(0, 1);
    const int x = rng_.uniform_int(0, 1);
    return {2 * y + 1, 2 * x + 1, stride, stride, y, x, y, x};
}

// Groups for a convolution of about `channels` outputs, which it changes to a multiple of them.
int ResidualNetworkBuilder::random_groups(int in_channels, int& channels) {
    if (rng_.coin(0.6)) return 1;
    if (rng_.coin(0.5)) {
        channels = in_channels * rng_.uniform_int(1, 2);
        return in_channels;
    }
    int groups = rng_.uniform_int(1, in_channels);
    while (in_channels % groups != 0) --groups;
    channels = groups * std::max(1, channels / groups);
    return groups;
}

void ResidualNetworkBuilder::plain() {
    const int source = codes_of(current_);
    int channels = rng_.uniform_int(1, options_.max_channels);
    const int groups = random_groups(at(source).shape.channels, channels);
    const Window window =
        random_window(rng_, at(source).shape, options_.max_kernel, options_.max_stride);
    current_ = finish(new_conv(source, window, channels, groups), rng_.coin(0.3));
}

int ResidualNetworkBuilder::projection(int source, int channels, int stride) {
    const int codes = codes_of(source);
    return finish(new_conv(codes, {1, 1, stride, stride, 0, 0, 0, 0}, channels, 1), rng_.coin(0.7));
}

// [conv ->] conv + (current | strided current with zero channels | projection of current)
void ResidualNetworkBuilder::residual_block() {
    const int from = current_;
    const Shape in = at(from).shape;
    const int stride = rng_.uniform_int(1, 2);
    const bool project = rng_.coin(0.3);
    int channels = project ? rng_.uniform_int(1, options_.max_channels)
                           : in.channels + (rng_.coin(0.5) ? 0 : rng_.uniform_int(0, 4));
    int inner = codes_of(from);
    const bool two = rng_.coin(0.7);
    if (two) {
        int middle = rng_.uniform_int(1, options_.max_channels);
        const int groups = random_groups(in.channels, middle);
        inner = codes_of(finish(new_conv(inner, same_size(stride), middle, groups), false));
    }
    Shortcut shortcut{from, stride, 0};
    if (project)
        shortcut = {projection(from, channels, stride), 1, 0};
    else
        shortcut.channel_offset = rng_.coin(0.7) ? (channels - in.channels) / 2
                                                 : rng_.uniform_int(0, channels - in.channels);
    const int inner_channels = at(inner).shape.channels;
    const int groups = rng_.coin(0.3) ? std::gcd(inner_channels, channels) : 1;
    ConvNode node = new_conv(inner, same_size(two ? 1 : stride), channels, groups);
    node.shortcut = shortcut;
    current_ = finish(std::move(node), rng_.coin(0.6));
}

void ResidualNetworkBuilder::pool(bool global) {
    const int source = codes_of(current_);
    const Shape& in = at(source).shape;
    PoolNode node;
    node.name = name("pool");
    node.source = source;
    node.window =
        global ? Window{in.height, in.width, 1, 1, 0, 0, 0, 0} : random_window(rng_, in, 3, 3);
    node.kind = global || rng_.coin(0.5) ? PoolNode::Kind::average : PoolNode::Kind::max;
    const Batch values = evaluate(node, in, at(source).batch);
    ActivationQuantizer q = at(source).quantizer;
    if (node.kind == PoolNode::Kind::average) {
        q = random_quantizer(rng_, values, options_);
        node.activation = q;
    }
    current_ = append(std::move(node), values, q);
}

void ResidualNetworkBuilder::last() {
    const int source = codes_of(current_);
    const Shape& in = at(source).shape;
    ConvNode node = new_conv(source, {in.height, in.width, 1, 1, 0, 0, 0, 0},
                             rng_.uniform_int(2, options_.max_classes), 1);
    node.fully_connected = true;
    network_.nodes.emplace_back(std::move(node));
}

}  // namespace

Network random_residual_network(Rng& rng, const RandomNetworkOptions& options) {
    return ResidualNetworkBuilder(rng, options).build();
}

}  // namespace cimarron::test
