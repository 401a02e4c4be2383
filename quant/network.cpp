// SPDX-License-Identifier: Apache-2.0
#include "quant/network.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

void require(bool holds, const std::string& node, const std::string& what) {
    if (!holds) throw UserError(fmt::format("node {}: {}", node, what));
}

void check_values(const std::string& node, const char* what, const std::vector<float>& values,
                  int count) {
    require(values.size() == static_cast<std::size_t>(count), node,
            fmt::format("{} has {} values, one per output channel ({}) is right", what,
                        values.size(), count));
    require(std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }),
            node, fmt::format("{} holds a value that is not finite", what));
}

void check_count(const std::string& node, std::size_t has, std::int64_t needs) {
    require(has == static_cast<std::size_t>(needs), node,
            fmt::format("has {} weights, its shape needs {}", has, needs));
}

void check_weights(const std::string& node, const BinaryWeights& w, int channels,
                   std::int64_t count) {
    check_count(node, w.signs.size(), count);
    require(std::all_of(w.signs.begin(), w.signs.end(), [](int s) { return s == 1 || s == -1; }),
            node, "a binary weight is neither +1 nor -1");
    check_values(node, "alpha", w.alpha, channels);
    check_values(node, "beta", w.beta, channels);
}

void check_weights(const std::string& node, const IntegerWeights& w, int channels,
                   std::int64_t count) {
    check_count(node, w.values.size(), count);
    require(w.bits >= 2 && w.bits <= 8, node, "integer weights must have 2..8 bits");
    const int top = (1 << (w.bits - 1)) - 1;
    require(std::all_of(w.values.begin(), w.values.end(),
                        [top](int v) { return v >= -top - 1 && v <= top; }),
            node, fmt::format("a weight exceeds its {} bits", w.bits));
    check_values(node, "scale", w.scale, channels);
}

void check_batch_norm(const std::string& node, const BatchNorm& bn, int channels) {
    check_values(node, "batch-norm gamma", bn.gamma, channels);
    check_values(node, "batch-norm beta", bn.beta, channels);
    check_values(node, "batch-norm mean", bn.mean, channels);
    check_values(node, "batch-norm variance", bn.variance, channels);
    require(std::isfinite(bn.epsilon) && std::all_of(bn.variance.begin(), bn.variance.end(),
                                                     [&](float v) { return v + bn.epsilon > 0; }),
            node, "batch-norm variance + epsilon must be positive");
}

void check_quantizer(const std::string& node, const ActivationQuantizer& q) {
    require(q.bits >= 1 && q.bits <= 8, node, "activation bits must be 1..8");
    require(std::isfinite(q.step) && q.step > 0, node, "the quantizer's step must be positive");
}

void check(const ConvNode& node, const Shape& input) {
    const std::int64_t count = std::int64_t{node.window.kernel_h} * node.window.kernel_w *
                               input.channels * node.out_channels;
    std::visit([&](const auto& w) { check_weights(node.name, w, node.out_channels, count); },
               node.weights);
    if (!node.bias.empty()) check_values(node.name, "bias", node.bias, node.out_channels);
    if (node.batch_norm) check_batch_norm(node.name, *node.batch_norm, node.out_channels);
    if (node.activation) check_quantizer(node.name, *node.activation);
}

void check(const PoolNode& node, const Shape&) {
    const bool average = node.kind == PoolNode::Kind::average;
    require(node.activation.has_value() == average, node.name,
            average ? "average pooling needs a quantizer after it"
                    : "max pooling keeps the codes and has no quantizer");
    if (average) check_quantizer(node.name, *node.activation);
}

void check_window(const std::string& node, const Window& w, const Shape& in) {
    constexpr int kMost = 1 << 14;
    for (int v : {w.kernel_h, w.kernel_w, w.stride_h, w.stride_w})
        require(v >= 1 && v <= kMost, node, "kernel and stride must be 1..16384");
    for (int v : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right})
        require(v >= 0 && v <= kMost, node, "padding must be 0..16384");
    require(w.kernel_h <= in.height + w.pad_top + w.pad_bottom &&
                w.kernel_w <= in.width + w.pad_left + w.pad_right,
            node, "the kernel is larger than the padded input");
}

void check_pool_padding(const std::string& node, const Window& w) {
    require(w.pad_top < w.kernel_h && w.pad_bottom < w.kernel_h && w.pad_left < w.kernel_w &&
                w.pad_right < w.kernel_w,
            node, "pooling must be padded by less than its kernel");
}

// Bounds every tensor, so that sizes fit an int and a damaged file cannot ask for all memory.
void check_size(const std::string& node, const Shape& s) {
    constexpr std::int64_t kMost = 1 << 28;
    require(s.channels >= 1 && s.height >= 1 && s.width >= 1, node, "has an empty tensor");
    require(std::int64_t{s.height} * s.width <= kMost / s.channels, node,
            "has a tensor of more than 2^28 values");
}

}  // namespace

Shape output_shape(const Node& node, const Shape& input) {
    const auto& [name, window] = std::visit(
        [](const auto& n) { return std::pair<std::string, Window>(n.name, n.window); }, node);
    check_window(name, window, input);
    Shape out{input.channels, window.out_height(input.height), window.out_width(input.width)};
    if (std::holds_alternative<PoolNode>(node)) check_pool_padding(name, window);
    if (const auto* conv = std::get_if<ConvNode>(&node)) {
        out.channels = conv->out_channels;
        require(!conv->fully_connected ||
                    (out.height == 1 && out.width == 1 && window.kernel_h == input.height &&
                     window.kernel_w == input.width),
                name, "a fully connected layer's kernel must be its whole input");
    }
    check_size(name, out);
    return out;
}

void validate(const Network& network) {
    require(!network.nodes.empty() && std::holds_alternative<ConvNode>(network.nodes.front()),
            network.name, "the first layer must be a convolution or fully connected");
    check_size(network.name, network.input);
    check_quantizer(network.name, network.input_quantizer);
    Shape shape = network.input;
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& node = network.nodes[i];
        const Shape out = output_shape(node, shape);
        std::visit([&](const auto& n) { check(n, shape); }, node);
        const bool last = i + 1 == network.nodes.size();
        if (const auto* conv = std::get_if<ConvNode>(&node))
            require(conv->activation.has_value() != last, conv->name,
                    last ? "the last layer gives logits and must not quantize them"
                         : "needs an activation quantizer after it");
        else
            require(!last, network.name, "must end in a convolution or fully connected layer");
        shape = out;
    }
}

}  // namespace cimarron
