// SPDX-License-Identifier: Apache-2.0
#include "tests/support/float_reference.h"

#include <algorithm>
#include <cmath>

namespace cimarron::test {

namespace {

double weight(const BinaryWeights& w, std::size_t o, std::size_t index) {
    return static_cast<double>(w.alpha[o]) * w.signs[index] + static_cast<double>(w.beta[o]);
}

double weight(const IntegerWeights& w, std::size_t o, std::size_t index) {
    return static_cast<double>(w.scale[o]) * w.values[index];
}

double at(const Shape& s, const std::vector<double>& x, int c, int y, int xx) {
    if (y < 0 || y >= s.height || xx < 0 || xx >= s.width) return 0;
    return x[static_cast<std::size_t>((y * s.width + xx) * s.channels + c)];
}

double normalize(const BatchNorm& bn, std::size_t o, double z) {
    return static_cast<double>(bn.gamma[o]) * (z - static_cast<double>(bn.mean[o])) /
               std::sqrt(static_cast<double>(bn.variance[o]) + static_cast<double>(bn.epsilon)) +
           static_cast<double>(bn.beta[o]);
}

double value(const ConvNode& node, const Shape& s, const std::vector<double>& in, int o, int y,
             int x) {
    const Window& w = node.window;
    const auto channel = static_cast<std::size_t>(o);
    std::size_t index = channel * static_cast<std::size_t>(s.channels * w.kernel_h * w.kernel_w);
    double z = node.bias.empty() ? 0.0 : static_cast<double>(node.bias[channel]);
    for (int c = 0; c < s.channels; ++c)
        for (int ky = 0; ky < w.kernel_h; ++ky)
            for (int kx = 0; kx < w.kernel_w; ++kx, ++index)
                z +=
                    std::visit([&](const auto& n) { return weight(n, channel, index); },
                               node.weights) *
                    at(s, in, c, y * w.stride_h - w.pad_top + ky, x * w.stride_w - w.pad_left + kx);
    return node.batch_norm ? normalize(*node.batch_norm, channel, z) : z;
}

double value(const PoolNode& node, const Shape& s, const std::vector<double>& in, int c, int y,
             int x) {
    const Window& w = node.window;
    double sum = 0;
    double most = 0;
    for (int ky = 0; ky < w.kernel_h; ++ky)
        for (int kx = 0; kx < w.kernel_w; ++kx) {
            const double v =
                at(s, in, c, y * w.stride_h - w.pad_top + ky, x * w.stride_w - w.pad_left + kx);
            sum += v;
            most = std::max(most, v);
        }
    return node.kind == PoolNode::Kind::max ? most : sum / (w.kernel_h * w.kernel_w);
}

}  // namespace

std::vector<double> float_values(const Node& node, const Shape& shape,
                                 const std::vector<double>& input) {
    const Shape out = output_shape(node, shape);
    std::vector<double> result;
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int o = 0; o < out.channels; ++o)
                result.push_back(std::visit(
                    [&](const auto& n) { return value(n, shape, input, o, y, x); }, node));
    return result;
}

Codes quantize(const std::vector<double>& values, const ActivationQuantizer& quantizer) {
    const double top = (1 << quantizer.bits) - 1;
    Codes codes;
    for (double v : values)
        codes.push_back(static_cast<std::uint8_t>(
            std::clamp(std::floor(v / static_cast<double>(quantizer.step) + 0.5), 0.0, top)));
    return codes;
}

std::vector<double> dequantize(const Codes& codes, double step) {
    std::vector<double> values;
    for (int code : codes) values.push_back(code * step);
    return values;
}

std::vector<double> float_logits(const Network& network, const Codes& image) {
    Shape shape = network.input;
    auto values = dequantize(image, static_cast<double>(network.input_quantizer.step));
    for (const Node& node : network.nodes) {
        values = float_values(node, shape, values);
        shape = output_shape(node, shape);
        const auto activation = std::visit([](const auto& n) { return n.activation; }, node);
        if (activation)
            values =
                dequantize(quantize(values, *activation), static_cast<double>(activation->step));
    }
    return values;
}

}  // namespace cimarron::test
