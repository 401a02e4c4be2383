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

void check_values(const std::string& node, const char* what, const Reals& values, int count) {
    require(values.size() == static_cast<std::size_t>(count), node,
            fmt::format("{} has {} values, one per output channel ({}) is right", what,
                        values.size(), count));
    require(std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }),
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
    require(w.bits >= 1 && w.bits <= 8, node, "integer weights must have 1..8 bits");
    const int top = (1 << (w.bits - 1)) - 1;
    require(std::all_of(w.values.begin(), w.values.end(),
                        [top](int v) { return v >= -top - 1 && v <= top; }),
            node, fmt::format("a weight exceeds its {} bits", w.bits));
    check_values(node, "scale", w.scale, channels);
    if (!w.zero.empty()) check_values(node, "zero", w.zero, channels);
}

void check_batch_norm(const std::string& node, const BatchNorm& bn, int channels) {
    check_values(node, "batch-norm gamma", bn.gamma, channels);
    check_values(node, "batch-norm beta", bn.beta, channels);
    check_values(node, "batch-norm mean", bn.mean, channels);
    check_values(node, "batch-norm variance", bn.variance, channels);
    require(std::isfinite(bn.epsilon) && std::all_of(bn.variance.begin(), bn.variance.end(),
                                                     [&](double v) { return v + bn.epsilon > 0; }),
            node, "batch-norm variance + epsilon must be positive");
}

void check_numbers(const std::string& node, const char* what, const PerChannel& numbers,
                   int channels, bool positive) {
    require(numbers.fits(channels), node,
            fmt::format("the quantizer's {} has {} values, 1 or one per channel ({}) is right",
                        what, numbers.values().size(), channels));
    for (const double v : numbers.values())
        require(
            std::isfinite(v) && (!positive || v > 0), node,
            fmt::format("the quantizer's {} must be {}", what, positive ? "positive" : "finite"));
}

// Of `channels` channels; at most so many bits.
void check_quantizer(const std::string& node, const ActivationQuantizer& q, int channels,
                     int most_bits) {
    require(q.bits >= 1 && q.bits <= most_bits, node,
            most_bits <= 8 ? "activation bits must be 1..8"
                           : "activation bits must be 1..8, or 9..32 for a residual stream");
    check_numbers(node, "step", q.step, channels, true);
    check_numbers(node, "offset", q.offset, channels, false);
    check_numbers(node, "scale", q.scale, channels, true);
    check_numbers(node, "zero", q.zero, channels, false);
    const std::int64_t half = std::int64_t{1} << (q.bits - 1);
    const std::int64_t least = is_stream(q.bits) ? -half : 0;
    const std::int64_t most = is_stream(q.bits) ? half - 1 : 2 * half - 1;
    require(least <= q.low && q.low <= q.high && q.high <= most, node,
            fmt::format("its codes are {} to {}, but {} bits hold {} to {}", q.low, q.high, q.bits,
                        least, most));
}

void check_clip(const std::string& node, const Clip& clip, bool quantized) {
    require(clip.low <= clip.high, node, "its clip's limits are in the wrong order");
    require(clip.is_none() || !quantized, node,
            "clips what it quantizes: the quantizer's codes from low to high say that");
}

void check_shortcut(const std::string& node, const Shortcut& s, const Shape& output,
                    const Shape& r) {
    require(s.stride >= 1 && (r.height - 1) / s.stride + 1 == output.height &&
                (r.width - 1) / s.stride + 1 == output.width,
            node,
            fmt::format("its shortcut of {} x {} with stride {} does not fit its output of {} x {}",
                        r.height, r.width, s.stride, output.height, output.width));
    require(s.channel_offset >= 0 && s.channel_offset + r.channels <= output.channels, node,
            fmt::format("its shortcut has {} channels from {} on, its output has {}", r.channels,
                        s.channel_offset, output.channels));
}

void check(const ConvNode& node, const Shape& input) {
    require(node.groups >= 1 && input.channels % node.groups == 0 &&
                node.out_channels % node.groups == 0 && (node.groups == 1 || !node.fully_connected),
            node.name,
            fmt::format("{} groups do not divide its {} input and {} output channels", node.groups,
                        input.channels, node.out_channels));
    const std::int64_t count = std::int64_t{node.window.kernel_h} * node.window.kernel_w *
                               (input.channels / node.groups) * node.out_channels;
    std::visit([&](const auto& w) { check_weights(node.name, w, node.out_channels, count); },
               node.weights);
    if (!node.bias.empty()) check_values(node.name, "bias", node.bias, node.out_channels);
    if (node.batch_norm) check_batch_norm(node.name, *node.batch_norm, node.out_channels);
    if (node.activation) check_quantizer(node.name, *node.activation, node.out_channels, 32);
    check_clip(node.name, node.clip, node.activation.has_value());
}

void check(const PoolNode& node, const Shape& input) {
    const bool average = node.kind == PoolNode::Kind::average;
    require(node.activation.has_value() == average, node.name,
            average ? "average pooling needs a quantizer after it"
                    : "max pooling keeps the codes and has no quantizer");
    if (average) check_quantizer(node.name, *node.activation, input.channels, 8);
}

void check(const QuantizeNode& node, const Shape& input) {
    if (node.activation) check_quantizer(node.name, *node.activation, input.channels, 32);
    require(node.activation || node.shortcut || !node.clip.is_none(), node.name,
            "changes nothing: it has neither quantizer, nor shortcut, nor clip");
    check_clip(node.name, node.clip, node.activation.has_value());
}

void check(const ConcatNode&, const Shape&) {}

// Marks what the node reads in `read`.
void check_sources(const Network& network, const std::vector<TensorInfo>& outputs, std::size_t i,
                   std::vector<bool>& read) {
    const Node& node = network.nodes[i];
    const std::string& name = name_of(node);
    for (const int source : sources_of(node)) {
        if (source >= 0)
            read[static_cast<std::size_t>(source)] = true;
        else
            require(std::holds_alternative<ConvNode>(node) && source == source_of(node), name,
                    "only a convolution or fully connected layer reads the image");
    }
    require(std::holds_alternative<QuantizeNode>(node) ||
                tensor_at(network, outputs, source_of(node)).is_codes(),
            name, "reads a residual stream, which must be quantized first");
    const Shortcut* shortcut = shortcut_of(node);
    if (shortcut == nullptr) return;
    require(shortcut->source >= 0, name, "its shortcut must come from an earlier node");
    check_shortcut(name, *shortcut, outputs[i].shape,
                   outputs[static_cast<std::size_t>(shortcut->source)].shape);
}

void check_last(const Network& network, const TensorInfo& output) {
    const auto* conv = std::get_if<ConvNode>(&network.nodes.back());
    require(conv != nullptr, network.name, "must end in a convolution or fully connected layer");
    require(!conv->activation && conv->clip.is_none(), conv->name,
            "gives the logits: what clips or quantizes them belongs to the logit form");
    if (network.logit_form.quantizer)
        check_quantizer(conv->name, *network.logit_form.quantizer, output.shape.channels, 32);
    check_clip(conv->name, network.logit_form.clip, false);
}

void check_adc_lsb(const Network& network) {
    for (const auto& [layer, lsb] : network.adc_lsb) {
        const bool found = std::any_of(
            network.nodes.begin(), network.nodes.end(), [&name = layer](const Node& node) {
                return name_of(node) == name && std::holds_alternative<ConvNode>(node);
            });
        require(found, layer, "has an LSB of its ADCs, but is no layer with weights");
        require(std::isfinite(lsb) && lsb >= 1, layer,
                fmt::format("the LSB of its ADCs is {} counts, 1 or more is right", lsb));
    }
}

}  // namespace

void validate(const Network& network) {
    require(!network.nodes.empty() && std::holds_alternative<ConvNode>(network.nodes.front()),
            network.name, "the first layer must be a convolution or fully connected");
    check_quantizer(network.name, network.input_quantizer, network.input.channels, 8);
    check_numbers(network.name, "normalization", network.normalization.gain, network.input.channels,
                  false);
    check_numbers(network.name, "normalization", network.normalization.offset,
                  network.input.channels, false);
    const std::vector<TensorInfo> outputs = outputs_of(network);
    std::vector<bool> read(network.nodes.size());
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& node = network.nodes[i];
        const Shape input = tensor_at(network, outputs, source_of(node)).shape;
        std::visit([&](const auto& n) { check(n, input); }, node);
        const bool last = i + 1 == network.nodes.size();
        if (last) check_last(network, outputs.back());
        check_sources(network, outputs, i, read);
    }
    for (std::size_t i = 0; i + 1 < network.nodes.size(); ++i)
        require(read[i], name_of(network.nodes[i]), "nothing reads its output");
    check_adc_lsb(network);
}

}  // namespace cimarron
