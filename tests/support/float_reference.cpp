// SPDX-License-Identifier: Apache-2.0
#include "tests/support/float_reference.h"

#include <algorithm>
#include <cmath>

namespace cimarron::test {

namespace {

double weight(const BinaryWeights& w, std::size_t o, std::size_t index) {
    return w.alpha[o] * w.signs[index] + w.beta[o];
}

double weight(const IntegerWeights& w, std::size_t o, std::size_t index) {
    return w.scale[o] * (w.values[index] - (w.zero.empty() ? 0.0 : w.zero[o]));
}

double at(const Shape& s, const std::vector<double>& x, int c, int y, int xx) {
    if (y < 0 || y >= s.height || xx < 0 || xx >= s.width) return 0;
    return x[static_cast<std::size_t>((y * s.width + xx) * s.channels + c)];
}

double normalize(const BatchNorm& bn, std::size_t o, double z) {
    return bn.gamma[o] * (z - bn.mean[o]) / std::sqrt(bn.variance[o] + bn.epsilon) + bn.beta[o];
}

double shortcut_value(const Shortcut& s, const FloatTensor& r, int o, int y, int x) {
    const int c = o - s.channel_offset;
    if (c < 0 || c >= r.shape.channels) return 0;
    return at(r.shape, r.values, c, y * s.stride, x * s.stride);
}

double value(const ConvNode& node, const FloatTensor& in, const FloatTensor& shortcut, int o, int y,
             int x) {
    const Window& w = node.window;
    const auto channel = static_cast<std::size_t>(o);
    const int of_group = in.shape.channels / node.groups;
    const int first = o / (node.out_channels / node.groups) * of_group;
    std::size_t index = channel * static_cast<std::size_t>(of_group * w.kernel_h * w.kernel_w);
    double z = node.bias.empty() ? 0.0 : node.bias[channel];
    for (int c = first; c < first + of_group; ++c)
        for (int ky = 0; ky < w.kernel_h; ++ky)
            for (int kx = 0; kx < w.kernel_w; ++kx, ++index)
                z += std::visit([&](const auto& n) { return weight(n, channel, index); },
                                node.weights) *
                     at(in.shape, in.values, c, y * w.stride_h - w.pad_top + ky,
                        x * w.stride_w - w.pad_left + kx);
    if (node.batch_norm) z = normalize(*node.batch_norm, channel, z);
    return node.shortcut ? z + shortcut_value(*node.shortcut, shortcut, o, y, x) : z;
}

double value(const PoolNode& node, const FloatTensor& in, const FloatTensor&, int c, int y, int x) {
    const Window& w = node.window;
    double sum = 0;
    double most = 0;
    for (int ky = 0; ky < w.kernel_h; ++ky)
        for (int kx = 0; kx < w.kernel_w; ++kx) {
            const double v = at(in.shape, in.values, c, y * w.stride_h - w.pad_top + ky,
                                x * w.stride_w - w.pad_left + kx);
            sum += v;
            most = std::max(most, v);
        }
    return node.kind == PoolNode::Kind::max ? most : sum / (w.kernel_h * w.kernel_w);
}

double value(const ConcatNode&, const FloatTensor&, const FloatTensor&, int, int, int) {
    return 0;
}

double value(const QuantizeNode&, const FloatTensor& in, const FloatTensor&, int c, int y, int x) {
    return at(in.shape, in.values, c, y, x);
}

}  // namespace

FloatTensor float_values(const Node& node, const FloatTensor& input, const FloatTensor& shortcut) {
    FloatTensor result{output_shape(node, input.shape), {}};
    const Shape& out = result.shape;
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int o = 0; o < out.channels; ++o)
                result.values.push_back(std::visit(
                    [&](const auto& n) { return value(n, input, shortcut, o, y, x); }, node));
    return result;
}

std::vector<int> quantize(const std::vector<double>& values, const ActivationQuantizer& quantizer) {
    const bool stream = is_stream(quantizer.bits);
    const double low = stream ? -std::ldexp(1.0, quantizer.bits - 1) : 0.0;
    const double high = std::ldexp(1.0, stream ? quantizer.bits - 1 : quantizer.bits) - 1;
    std::vector<int> integers;
    for (double v : values)
        integers.push_back(
            static_cast<int>(std::clamp(std::floor(v / quantizer.step[0] + 0.5), low, high)));
    return integers;
}

std::vector<double> float_logits(const Network& network, const Codes& image) {
    const std::vector<TensorInfo> outputs = outputs_of(network);
    const FloatTensor pixels{network.input, dequantize(image, network.input_quantizer.step[0])};
    std::vector<FloatTensor> tensors;
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& node = network.nodes[i];
        const auto tensor = [&](int source) {
            return source < 0 ? pixels : tensors[static_cast<std::size_t>(source)];
        };
        const Shortcut* shortcut = shortcut_of(node);
        FloatTensor out =
            float_values(node, tensor(source_of(node)),
                         shortcut == nullptr ? FloatTensor{} : tensor(shortcut->source));
        if (const auto& q = outputs[i].quantizer)
            out.values = dequantize(quantize(out.values, *q), q->step[0]);
        tensors.push_back(std::move(out));
    }
    return tensors.back().values;
}

}  // namespace cimarron::test
