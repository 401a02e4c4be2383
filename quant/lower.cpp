// SPDX-License-Identifier: Apache-2.0
#include "quant/lower.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// z = a P + c M + d, in real numbers.
struct RealAffine {
    double a = 0;
    double c = 0;
    double d = 0;
};

// The weights' codes in crossbar order, and each channel's dot product sum(w q) as an affine of P
// and M.
struct LoweredWeights {
    int bits = 1;
    std::vector<std::uint8_t> codes;
    std::vector<RealAffine> dot;
};

// [o][c][y][x] to [o][y][x][c], adding `offset`.
std::vector<std::uint8_t> crossbar_order(const std::vector<std::int8_t>& values, int channels,
                                         const Shape& in, const Window& w, int offset, int scale) {
    std::vector<std::uint8_t> codes(values.size());
    std::size_t to = 0;
    for (int o = 0; o < channels; ++o)
        for (int y = 0; y < w.kernel_h; ++y)
            for (int x = 0; x < w.kernel_w; ++x)
                for (int c = 0; c < in.channels; ++c) {
                    const std::size_t from =
                        ((static_cast<std::size_t>(o) * static_cast<std::size_t>(in.channels) +
                          static_cast<std::size_t>(c)) *
                             static_cast<std::size_t>(w.kernel_h) +
                         static_cast<std::size_t>(y)) *
                            static_cast<std::size_t>(w.kernel_w) +
                        static_cast<std::size_t>(x);
                    codes[to++] = static_cast<std::uint8_t>((values[from] + offset) / scale);
                }
    return codes;
}

// w = alpha B + beta: sum(w q) = alpha P + beta M; the code of B is (B + 1) / 2.
LoweredWeights lower_weights(const BinaryWeights& w, const ConvNode& node, const Shape& in) {
    LoweredWeights result{1, crossbar_order(w.signs, node.out_channels, in, node.window, 1, 2), {}};
    for (std::size_t o = 0; o < w.alpha.size(); ++o)
        result.dot.push_back({static_cast<double>(w.alpha[o]), static_cast<double>(w.beta[o]), 0});
    return result;
}

// w = scale v, v = u - 2^(b-1), W = 2u - (2^b - 1) = 2v + 1: sum(w q) = scale (P - M) / 2.
LoweredWeights lower_weights(const IntegerWeights& w, const ConvNode& node, const Shape& in) {
    const int half = 1 << (w.bits - 1);
    LoweredWeights result{
        w.bits, crossbar_order(w.values, node.out_channels, in, node.window, half, 1), {}};
    for (float scale : w.scale) {
        const double s = static_cast<double>(scale) / 2;
        result.dot.push_back({s, -s, 0});
    }
    return result;
}

// The whole layer up to its quantizer's code (or to the logits): input step, bias, batch-norm,
// division by the output's step.
void fold(const ConvNode& node, double input_step, double output_step,
          std::vector<RealAffine>& affine) {
    for (std::size_t o = 0; o < affine.size(); ++o) {
        RealAffine& z = affine[o];
        z.a *= input_step;
        z.c *= input_step;
        if (!node.bias.empty()) z.d += static_cast<double>(node.bias[o]);
        if (node.batch_norm) {
            const BatchNorm& bn = *node.batch_norm;
            const double gain =
                static_cast<double>(bn.gamma[o]) /
                std::sqrt(static_cast<double>(bn.variance[o]) + static_cast<double>(bn.epsilon));
            z.a *= gain;
            z.c *= gain;
            z.d = gain * (z.d - static_cast<double>(bn.mean[o])) + static_cast<double>(bn.beta[o]);
        }
        z.a /= output_step;
        z.c /= output_step;
        z.d /= output_step;
    }
}

// The largest shift for which every coefficient, rounded, fits `bits` signed bits, and for which
// |a P + c M + d| + 2^(shift-1) < 2^62 whatever the codes (|P| <= p_most, M <= m_most): then no
// intermediate of affine_value() or requantize() leaves 64 bits.
int choose_shift(const std::string& name, const std::vector<RealAffine>& affine, double p_most,
                 double m_most, int bits) {
    double coefficient = 0;
    double value = 0.5;
    for (const RealAffine& z : affine) {
        coefficient = std::max({coefficient, std::abs(z.a), std::abs(z.c)});
        // + 2: one unit each for the rounding of a P, c M and d, at shift >= 1.
        value = std::max(value, std::abs(z.a) * p_most + std::abs(z.c) * m_most + std::abs(z.d));
    }
    const double coefficient_most = std::ldexp(1.0, bits - 1) - 1;
    const double value_most = std::ldexp(1.0, 61) - p_most - m_most - 1;
    for (int shift = 61; shift >= 1; --shift)
        if (std::ldexp(coefficient, shift) <= coefficient_most &&
            std::ldexp(value, shift) <= value_most)
            return shift;
    throw UserError(fmt::format(
        "node {}: a gain of {} does not fit {} coefficient bits (a step or a batch-norm variance "
        "is far too small)",
        name, coefficient, bits));
}

std::int64_t fixed(double value, int shift) {
    return std::llround(std::ldexp(value, shift));
}

double output_step(const std::optional<ActivationQuantizer>& activation) {
    return activation ? static_cast<double>(activation->step) : 1.0;
}

MvmLayer lower_node(const ConvNode& node, const Shape& in, const ActivationQuantizer& input,
                    int coefficient_bits) {
    LoweredWeights weights =
        std::visit([&](const auto& w) { return lower_weights(w, node, in); }, node.weights);
    fold(node, static_cast<double>(input.step), output_step(node.activation), weights.dot);
    MvmLayer layer;
    layer.name = node.name;
    layer.input = in;
    layer.output = output_shape(node, in);
    layer.window = node.window;
    layer.input_bits = input.bits;
    layer.weight_bits = weights.bits;
    layer.output_bits = node.activation ? node.activation->bits : 0;
    layer.weights = std::move(weights.codes);
    const double m_most = static_cast<double>(layer.rows()) * ((1 << input.bits) - 1);
    const double p_most = m_most * ((1 << weights.bits) - 1);
    layer.shift = choose_shift(node.name, weights.dot, p_most, m_most, coefficient_bits);
    for (const RealAffine& z : weights.dot)
        layer.affine.push_back({static_cast<std::int32_t>(fixed(z.a, layer.shift)),
                                static_cast<std::int32_t>(fixed(z.c, layer.shift)),
                                fixed(z.d, layer.shift)});
    return layer;
}

PoolLayer lower_node(const PoolNode& node, const Shape& in, const ActivationQuantizer& input,
                     int coefficient_bits) {
    PoolLayer layer;
    layer.name = node.name;
    layer.input = in;
    layer.output = output_shape(node, in);
    layer.window = node.window;
    layer.bits = input.bits;
    layer.output_bits = input.bits;
    if (node.kind == PoolNode::Kind::max) return layer;
    layer.kind = PoolLayer::Kind::average;
    layer.output_bits = node.activation->bits;
    const double area = static_cast<double>(node.window.kernel_h) * node.window.kernel_w;
    const std::vector<RealAffine> mean{
        {static_cast<double>(input.step) / (area * output_step(node.activation)), 0, 0}};
    layer.shift =
        choose_shift(node.name, mean, area * ((1 << input.bits) - 1), 0, coefficient_bits);
    layer.a = static_cast<std::int32_t>(fixed(mean[0].a, layer.shift));
    return layer;
}

}  // namespace

IntegerNetwork lower(const Network& network, int coefficient_bits) {
    if (coefficient_bits < 4 || coefficient_bits > 32)
        throw UserError(fmt::format("coefficient bits are {}, 4..32 is right", coefficient_bits));
    validate(network);
    IntegerNetwork result;
    result.name = network.name;
    result.input = network.input;
    result.input_bits = network.input_quantizer.bits;
    Shape shape = network.input;
    ActivationQuantizer codes = network.input_quantizer;
    for (const Node& node : network.nodes) {
        std::visit(
            [&](const auto& n) {
                auto layer = lower_node(n, shape, codes, coefficient_bits);
                shape = layer.output;
                if (n.activation) codes = *n.activation;
                result.layers.emplace_back(std::move(layer));
            },
            node);
    }
    validate(result);
    return result;
}

}  // namespace cimarron
