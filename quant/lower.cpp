// SPDX-License-Identifier: Apache-2.0
#include "quant/lower.h"

#include "common/error.h"
#include "quant/lower_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// The whole layer up to its quantizer's code (or to the logits): input step, bias, batch-norm,
// division by the output's step.
void fold(const ConvNode& node, double input_step, double output_step,
          std::vector<RealAffine>& affine) {
    for (std::size_t o = 0; o < affine.size(); ++o) {
        RealAffine& z = affine[o];
        z.a *= input_step;
        z.c *= input_step;
        if (!node.bias.empty()) z.d += node.bias[o];
        if (node.batch_norm) {
            const BatchNorm& bn = *node.batch_norm;
            const double gain = bn.gamma[o] / std::sqrt(bn.variance[o] + bn.epsilon);
            z.a *= gain;
            z.c *= gain;
            z.d = gain * (z.d - bn.mean[o]) + bn.beta[o];
        }
        z.a /= output_step;
        z.c /= output_step;
        z.d /= output_step;
    }
}

// What may meet the coefficients: |P| <= p_most, M <= m_most, and a residual gain r with |R| <=
// r_most.
struct Extremes {
    double p_most = 0;
    double m_most = 0;
    double r = 0;
    double r_most = 0;
};

// The largest shift for which every coefficient, rounded, fits `bits` signed bits, and for which
// |a P + c M + d + r R| + 2^(shift-1) < 2^62 whatever the codes: then no intermediate of
// affine_value() or requantize() leaves 64 bits.
int choose_shift(const std::string& name, const std::vector<RealAffine>& affine,
                 const Extremes& most, int bits) {
    double coefficient = std::abs(most.r);
    double value = 0;
    for (const RealAffine& z : affine) {
        coefficient = std::max({coefficient, std::abs(z.a), std::abs(z.c)});
        value = std::max(value,
                         std::abs(z.a) * most.p_most + std::abs(z.c) * most.m_most + std::abs(z.d));
    }
    value = std::max(value + std::abs(most.r) * most.r_most, 0.5);
    const double coefficient_most = std::ldexp(1.0, bits - 1) - 1;
    // One unit each for the rounding of a P, c M, d and r R, at shift >= 1.
    const double value_most = std::ldexp(1.0, 61) - most.p_most - most.m_most - most.r_most - 1;
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

std::int32_t fixed_coefficient(double value, int shift) {
    return static_cast<std::int32_t>(fixed(value, shift));
}

double code_most(int bits) {
    return is_stream(bits) ? std::ldexp(1.0, bits - 1) : std::ldexp(1.0, bits) - 1;
}

double step_of(const ActivationQuantizer& quantizer) {
    return quantizer.step[0];
}

// The graph, node by node; `outputs_` is the real network's.
class Lowering {
public:
    Lowering(const Network& network, int coefficient_bits)
        : network_(network), outputs_(outputs_of(network)), bits_(coefficient_bits) {}

    Layer lower(const ConvNode& node, const TensorInfo& output) const;
    Layer lower(const PoolNode& node, const TensorInfo& output) const;
    Layer lower(const QuantizeNode& node, const TensorInfo& output) const;
    Layer lower(const ConcatNode& node, const TensorInfo& output) const;
    const std::vector<TensorInfo>& outputs() const { return outputs_; }

private:
    TensorInfo at(int source) const { return tensor_at(network_, outputs_, source); }
    // The gain of a single factor x of at most `most`, as a and shift of `layer`.
    template <class L>
    void scale(L& layer, double gain, double most) const {
        layer.shift = choose_shift(layer.name, {{gain, 0, 0}}, {most, 0, 0, 0}, bits_);
        layer.a = fixed_coefficient(gain, layer.shift);
    }

    const Network& network_;
    const std::vector<TensorInfo> outputs_;
    const int bits_;
};

Layer Lowering::lower(const ConvNode& node, const TensorInfo& output) const {
    const TensorInfo input = at(node.source);
    const double step = node.activation ? step_of(*node.activation) : 1.0;
    LoweredWeights weights = lower_weights(node, input.shape.channels);
    fold(node, step_of(*input.quantizer), step, weights.dot);
    MvmLayer layer;
    layer.name = node.name;
    layer.source = node.source;
    layer.input = input.shape;
    layer.output = output.shape;
    layer.window = node.window;
    layer.groups = node.groups;
    layer.input_bits = input.quantizer->bits;
    layer.weight_bits = weights.bits;
    layer.output_bits = node.activation ? node.activation->bits : 0;
    layer.weights = std::move(weights.codes);
    Extremes most;
    most.m_most = static_cast<double>(layer.rows()) * code_most(layer.input_bits);
    most.p_most = most.m_most * ((1 << weights.bits) - 1);
    if (node.shortcut) {
        const TensorInfo r = at(node.shortcut->source);
        most.r = step_of(*r.quantizer) / step;
        most.r_most = code_most(r.quantizer->bits);
        layer.residual = Residual{
            node.shortcut->source,         r.shape, r.quantizer->bits, node.shortcut->stride,
            node.shortcut->channel_offset, 0};
    }
    layer.shift = choose_shift(node.name, weights.dot, most, bits_);
    if (layer.residual) layer.residual->r = fixed_coefficient(most.r, layer.shift);
    for (const RealAffine& z : weights.dot)
        layer.affine.push_back({fixed_coefficient(z.a, layer.shift),
                                fixed_coefficient(z.c, layer.shift), fixed(z.d, layer.shift)});
    return layer;
}

Layer Lowering::lower(const PoolNode& node, const TensorInfo& output) const {
    const TensorInfo input = at(node.source);
    PoolLayer layer;
    layer.name = node.name;
    layer.source = node.source;
    layer.input = input.shape;
    layer.output = output.shape;
    layer.window = node.window;
    layer.bits = input.quantizer->bits;
    layer.output_bits = output.quantizer->bits;
    if (node.kind == PoolNode::Kind::max) return layer;
    layer.kind = PoolLayer::Kind::average;
    const double area = static_cast<double>(node.window.kernel_h) * node.window.kernel_w;
    scale(layer, step_of(*input.quantizer) / (area * step_of(*output.quantizer)),
          area * code_most(layer.bits));
    return layer;
}

Layer Lowering::lower(const QuantizeNode& node, const TensorInfo& output) const {
    const TensorInfo input = at(node.source);
    QuantizeLayer layer{
        node.name, node.source, input.shape, input.quantizer->bits, output.quantizer->bits, 1, 1};
    scale(layer, step_of(*input.quantizer) / step_of(*output.quantizer),
          code_most(layer.input_bits));
    return layer;
}

Layer Lowering::lower(const ConcatNode& node, const TensorInfo&) const {
    throw UserError(fmt::format("node {}: Concat does not run on the chip yet", node.name));
}

// What the chip cannot do yet.
void check_supported(const std::string& name, const ActivationQuantizer& q) {
    ActivationQuantizer plain{q.bits, q.step};
    if (q != plain || !q.step.is_uniform() || q.bits > 16)
        throw UserError(fmt::format("node {}: its quantizer does not run on the chip yet", name));
}

void check_supported(const Network& network, const std::vector<TensorInfo>& outputs) {
    check_supported(network.name, network.input_quantizer);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const Node& node = network.nodes[i];
        const bool last = i + 1 == outputs.size();
        if (outputs[i].quantizer) check_supported(name_of(node), *outputs[i].quantizer);
        if (outputs[i].quantizer.has_value() == last)
            throw UserError(fmt::format(
                "node {}: {}", name_of(node),
                last ? "logits that are quantized do not run on the chip yet"
                     : "needs an activation quantizer after it: real values do not run yet"));
        const auto* quantize = std::get_if<QuantizeNode>(&node);
        if ((quantize != nullptr &&
             (quantize->shortcut || is_stream(quantize->activation->bits))) ||
            (last && shortcut_of(node) != nullptr))
            throw UserError(
                fmt::format("node {}: its shortcut does not run on the chip yet", name_of(node)));
        const auto* conv = std::get_if<ConvNode>(&node);
        if (conv != nullptr && !conv->clip.is_none())
            throw UserError(
                fmt::format("node {}: its clip does not run on the chip yet", name_of(node)));
    }
}

}  // namespace

IntegerNetwork lower(const Network& network, int coefficient_bits) {
    if (coefficient_bits < 4 || coefficient_bits > 32)
        throw UserError(fmt::format("coefficient bits are {}, 4..32 is right", coefficient_bits));
    validate(network);
    const Lowering lowering(network, coefficient_bits);
    check_supported(network, lowering.outputs());
    IntegerNetwork result;
    result.name = network.name;
    result.adc_lsb = network.adc_lsb;
    result.input = network.input;
    result.input_bits = network.input_quantizer.bits;
    for (std::size_t i = 0; i < network.nodes.size(); ++i)
        result.layers.push_back(
            std::visit([&](const auto& n) { return lowering.lower(n, lowering.outputs()[i]); },
                       network.nodes[i]));
    validate(result);
    return result;
}

}  // namespace cimarron
