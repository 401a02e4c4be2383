// SPDX-License-Identifier: Apache-2.0
#include "quant/real_reference.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

template <class F>
void for_each_value(const Shape& shape, F f) {
    for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x)
            for (int c = 0; c < shape.channels; ++c) f(y, x, static_cast<std::size_t>(c));
}

std::size_t index(const Shape& shape, int y, int x, std::size_t c) {
    return static_cast<std::size_t>((y * shape.width + x) * shape.channels) + c;
}

double normalized(const BatchNorm& bn, std::size_t o, double x) {
    return bn.gamma[o] * (x - bn.mean[o]) / std::sqrt(bn.variance[o] + bn.epsilon) + bn.beta[o];
}

}  // namespace

RealReference::RealReference(const Network& network)
    : network_(network),
      outputs_(outputs_of(network)),
      dots_(network.nodes.size()),
      integers_(network.nodes.size()),
      values_(network.nodes.size()) {
    validate(network);
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const auto size = static_cast<std::size_t>(outputs_[i].shape.size());
        values_[i].resize(size);
        if (outputs_[i].quantizer) integers_[i].resize(size);
        if (const auto* conv = std::get_if<ConvNode>(&network.nodes[i]))
            dots_[i].emplace(*conv, tensor_at(network, outputs_, conv->source));
    }
}

const std::vector<double>& RealReference::run(const Codes& image) {
    if (image.size() != static_cast<std::size_t>(network_.input.size()))
        throw UserError(fmt::format("network {}: the image has {} values, {} are right",
                                    network_.name, image.size(), network_.input.size()));
    image_.assign(image.begin(), image.end());
    for (std::size_t i = 0; i < network_.nodes.size(); ++i)
        std::visit([&](const auto& node) { run(node, i); }, network_.nodes[i]);
    return values_.back();
}

void RealReference::run(const ConvNode& node, std::size_t i) {
    const std::vector<std::int64_t>& in = integers_of(node.source);
    const Shape& out = outputs_[i].shape;
    double* to = values_[i].data();
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x) {
            const std::vector<double>& dot = dots_[i]->compute(in, y, x);
            for (std::size_t o = 0; o < dot.size(); ++o) {
                const double z = dot[o] + (node.bias.empty() ? 0.0 : node.bias[o]);
                *to++ = node.batch_norm ? normalized(*node.batch_norm, o, z) : z;
            }
        }
    add(node.shortcut, i);
    finish(node.activation, node.clip, i);
}

void RealReference::run(const QuantizeNode& node, std::size_t i) {
    values_[i] = values_[static_cast<std::size_t>(node.source)];
    add(node.shortcut, i);
    finish(node.activation, node.clip, i);
}

void RealReference::add(const std::optional<Shortcut>& shortcut, std::size_t i) {
    if (!shortcut) return;
    const auto source = static_cast<std::size_t>(shortcut->source);
    const Shape& from = outputs_[source].shape;
    const Shape& out = outputs_[i].shape;
    for_each_value(out, [&](int y, int x, std::size_t o) {
        const int c = static_cast<int>(o) - shortcut->channel_offset;
        if (c < 0 || c >= from.channels) return;
        values_[i][index(out, y, x, o)] += values_[source][index(
            from, y * shortcut->stride, x * shortcut->stride, static_cast<std::size_t>(c))];
    });
}

void RealReference::finish(const std::optional<ActivationQuantizer>& quantizer, const Clip& clip,
                           std::size_t i) {
    const auto channels = static_cast<std::size_t>(outputs_[i].shape.channels);
    for (std::size_t at = 0; at < values_[i].size(); ++at) {
        double& value = values_[i][at];
        value = std::clamp(value, clip.low, clip.high);
        if (!quantizer) continue;
        integers_[i][at] = quantizer->code(value, at % channels);
        value = quantizer->value(integers_[i][at], at % channels);
    }
}

void RealReference::run(const PoolNode& node, std::size_t i) {
    const TensorInfo input = tensor_at(network_, outputs_, node.source);
    const ActivationQuantizer& from = *input.quantizer;
    const std::vector<std::int64_t>& in = integers_of(node.source);
    const double area = static_cast<double>(node.window.kernel_h) * node.window.kernel_w;
    const Shape& out = outputs_[i].shape;
    const bool average = node.kind == PoolNode::Kind::average;
    for_each_value(out, [&](int y, int x, std::size_t c) {
        double sum = 0;  // of codes less their zero: exact
        std::int64_t most = 0;
        for_each_window_pixel(input.shape, node.window, y, x, [&](std::size_t pixel) {
            sum += static_cast<double>(in[pixel + c]) - from.zero[c];
            most = std::max(most, in[pixel + c]);
        });
        const std::size_t at = index(out, y, x, c);
        values_[i][at] = average ? sum * from.scale[c] / area : from.value(most, c);
        if (!average) integers_[i][at] = most;
    });
    if (average) finish(node.activation, {}, i);
}

void RealReference::run(const ConcatNode& node, std::size_t i) {
    const Shape& out = outputs_[i].shape;
    std::size_t first = 0;
    for (const int part : node.sources) {
        const auto source = static_cast<std::size_t>(part);
        const Shape& from = outputs_[source].shape;
        for_each_value(from, [&](int y, int x, std::size_t c) {
            const std::size_t at = index(out, y, x, first + c);
            values_[i][at] = values_[source][index(from, y, x, c)];
            integers_[i][at] = integers_[source][index(from, y, x, c)];
        });
        first += static_cast<std::size_t>(from.channels);
    }
}

}  // namespace cimarron
