// SPDX-License-Identifier: Apache-2.0
#include "quant/lower.h"

#include "common/error.h"
#include "quant/coefficients.h"
#include "quant/expand.h"
#include "quant/lower_conv.h"
#include "quant/shortcut_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace cimarron {

namespace {

double code_most(int bits) {
    return is_stream(bits) ? std::ldexp(1.0, bits - 1) : std::ldexp(1.0, bits) - 1;
}

CodeRange range_of(const ActivationQuantizer& q) {
    return {static_cast<std::int32_t>(q.low), static_cast<std::int32_t>(q.high)};
}

// The stream that carries real values of these intervals: as fine a power of two as 32 bits allow.
// least: of the largest value, for values that are 0 but for rounding.
ActivationQuantizer carrier(const std::vector<Interval>& reaches, const Clip& clip, double least) {
    double most = least;
    for (const Interval& reach : reaches)
        most = std::max({most, std::abs(std::clamp(reach.low, clip.low, clip.high)),
                         std::abs(std::clamp(reach.high, clip.low, clip.high))});
    const int exponent = most > 0 ? static_cast<int>(std::ceil(std::log2(most))) + 1 : 0;
    ActivationQuantizer q(32, std::ldexp(1.0, exponent - 31));
    q.low = q.code(clip.low);
    q.high = q.code(clip.high);
    return q;
}

// One number for all channels: what pooling and residual adds have.
double uniform(const std::string& node, const char* what, const PerChannel& numbers) {
    if (!numbers.is_uniform())
        throw UserError(
            fmt::format("node {}: a {} that differs between channels is only supported "
                        "behind convolutions and quantizers of real values",
                        node, what));
    return numbers[0];
}

// A channel whose code is the same whatever the codes it reads has no use for coefficients, which
// may be far larger than the others': it becomes that code. A residual R, by r, is added to v.
void settle(std::vector<RealAffine>& channels, const std::vector<Interval>& reaches,
            const ActivationQuantizer& q, const Interval& residual) {
    for (std::size_t o = 0; o < channels.size(); ++o) {
        const double scale = 1 / q.step[o];
        const double low = reaches[o].low * scale + q.offset[o] + residual.low;
        const double high = reaches[o].high * scale + q.offset[o] + residual.high;
        const auto code = [&](double x) {
            return std::clamp(rounded(x, q.rounding), static_cast<double>(q.low),
                              static_cast<double>(q.high));
        };
        if (code(low) != code(high)) continue;
        double d = code(low);
        if (residual.low != residual.high) {
            if (d == static_cast<double>(q.low))
                d -= 1 + residual.high;
            else if (d == static_cast<double>(q.high))
                d += 1 - residual.low;
            else
                continue;
        }
        channels[o] = {0, 0, d};
    }
}

// Before its quantizer, in real numbers: the channels and all that they can be.
struct RealValues {
    std::vector<RealAffine> channels;
    std::vector<Interval> reaches;
    std::vector<ZeroTerms> border;
    std::optional<ShortcutTerms> shortcut;
    double p_most = 0;
    double m_most = 0;
};

// The graph, node by node.
class Lowering {
public:
    Lowering(const Network& network, int coefficient_bits)
        : network_(network), outputs_(outputs_of(network)), bits_(coefficient_bits) {}

    Layer layer(std::size_t i) {
        index_ = i;
        return std::visit([this](const auto& node) { return lower(node); }, network_.nodes[i]);
    }

private:
    Layer lower(const ConvNode& node);
    Layer lower(const PoolNode& node);
    Layer lower(const QuantizeNode& node);
    Layer lower(const ConcatNode& node);

    TensorInfo at(int source) const { return tensor_at(network_, outputs_, source); }
    const Shape& shape() const { return outputs_[index_].shape; }
    void add(const std::string& node, const std::optional<Shortcut>& shortcut, RealValues& values);
    // Quantizes the values, by a carrier's quantizer where the node has none.
    template <class L>
    FixedAffine quantize(L& layer, const std::optional<ActivationQuantizer>& own, const Clip& clip,
                         RealValues& values);

    const Network& network_;
    std::vector<TensorInfo> outputs_;  // real values have their carriers', once lowered
    const int bits_;
    std::size_t index_ = 0;  // of the node at hand
};

void Lowering::add(const std::string& node, const std::optional<Shortcut>& shortcut,
                   RealValues& values) {
    if (!shortcut) return;
    values.shortcut.emplace(node, *shortcut, at(shortcut->source));
    std::vector<RealAffine> zeros(values.channels.size());
    values.shortcut->subtract_zeros(zeros);
    for (std::size_t o = 0; o < zeros.size(); ++o) {
        values.channels[o].d += zeros[o].d;
        values.reaches[o].low += zeros[o].d;
        values.reaches[o].high += zeros[o].d;
    }
}

// With the residual's share.
std::vector<Interval> all_reaches(const RealValues& values) {
    std::vector<Interval> reaches = values.reaches;
    if (!values.shortcut) return reaches;
    for (Interval& reach : reaches) {
        reach.low += values.shortcut->reach().low;
        reach.high += values.shortcut->reach().high;
    }
    return reaches;
}

// A millionth of what the terms of the largest channel could be if they did not cancel.
double least_of(const RealValues& values) {
    double most = 0;
    for (const RealAffine& z : values.channels)
        most = std::max(most, std::abs(z.a) * values.p_most + std::abs(z.c) * values.m_most);
    return std::ldexp(most, -20);
}

// To units of the quantizer's step, from its offset on.
void divide(RealValues& values, const ActivationQuantizer& q) {
    const std::size_t channels = values.channels.size();
    for (std::size_t o = 0; o < channels; ++o) {
        RealAffine& z = values.channels[o];
        z.a /= q.step[o];
        z.c /= q.step[o];
        z.d = z.d / q.step[o] + q.offset[o];
    }
}

template <class L>
FixedAffine Lowering::quantize(L& layer, const std::optional<ActivationQuantizer>& own,
                               const Clip& clip, RealValues& values) {
    const bool logits = index_ + 1 == network_.nodes.size();
    const ActivationQuantizer q = own      ? *own
                                  : logits ? ActivationQuantizer(1, 1.0)
                                           : carrier(all_reaches(values), clip, least_of(values));
    Extremes most{values.p_most, values.m_most, 0, 0, false};
    Interval residual;
    if (values.shortcut) {
        const double step = uniform(layer.name, "step behind a shortcut", q.step);
        most.r = values.shortcut->gain() / step;
        most.r_most = values.shortcut->most();
        most.wide = values.shortcut->is_wide();
        residual = {values.shortcut->reach().low / step, values.shortcut->reach().high / step};
        layer.residual = values.shortcut->residual();
    }
    divide(values, q);
    if (!logits) {
        settle(values.channels, values.reaches, q, residual);
        layer.output_bits = q.bits;
        layer.rounding = q.rounding;
        if (!(range_of(q) == whole_range(q.bits))) layer.range = range_of(q);
        outputs_[index_].quantizer = q;
    }
    FixedAffine fixed = fixed_point(layer.name, values.channels, most, bits_);
    layer.shift = fixed.shift;
    if (layer.residual) {
        layer.residual->r = fixed.r;
        layer.residual->up = fixed.r_up;
    }
    return fixed;
}

Layer Lowering::lower(const ConvNode& node) {
    const TensorInfo input = at(node.source);
    RealConv conv = lower_dot(node, input, shape());
    MvmLayer& layer = conv.layer;
    RealValues values;
    // Whoever gives the image may use all codes of its bits.
    values.reaches = reach(
        conv, node.source < 0 ? whole_range(input.quantizer->bits) : range_of(*input.quantizer));
    values.channels = std::move(conv.affine);
    values.border = std::move(conv.border);
    values.m_most = layer.rows() * code_most(layer.input_bits);
    values.p_most = values.m_most * ((1 << layer.weight_bits) - 1);
    add(node.name, node.shortcut, values);
    layer.affine = quantize(layer, node.activation, node.clip, values).channels;
    for (std::size_t i = 0; i < values.border.size(); ++i)
        layer.border.push_back(
            fixed_terms(layer.affine[i % layer.affine.size()], values.border[i]));
    return std::move(layer);
}

Layer Lowering::lower(const QuantizeNode& node) {
    const TensorInfo input = at(node.source);
    const ActivationQuantizer& from = *input.quantizer;
    QuantizeLayer layer{node.name, node.source, input.shape, from.bits};
    RealValues values;
    for (std::size_t o = 0; o < static_cast<std::size_t>(input.shape.channels); ++o) {
        values.channels.push_back({from.scale[o], 0, 0, {-from.zero[o], 0}});
        values.reaches.push_back({from.value(from.low, o), from.value(from.high, o)});
    }
    values.p_most = code_most(from.bits);
    add(node.name, node.shortcut, values);
    const FixedAffine fixed = quantize(layer, node.activation, node.clip, values);
    const ChannelAffine& first = fixed.channels.front();
    layer.a = first.a;
    layer.d = first.d;
    if (first.up != 0 ||
        !std::all_of(fixed.channels.begin(), fixed.channels.end(), [&](const ChannelAffine& k) {
            return k.a == first.a && k.d == first.d && k.up == 0;
        }))
        layer.channels = fixed.channels;
    return layer;
}

Layer Lowering::lower(const PoolNode& node) {
    const TensorInfo input = at(node.source);
    const ActivationQuantizer& from = *input.quantizer;
    PoolLayer layer;
    layer.name = node.name;
    layer.source = node.source;
    layer.input = input.shape;
    layer.output = shape();
    layer.window = node.window;
    layer.bits = layer.output_bits = from.bits;
    if (node.kind == PoolNode::Kind::max) return layer;
    layer.kind = PoolLayer::Kind::average;
    const ActivationQuantizer& q = *node.activation;
    const double area = static_cast<double>(node.window.kernel_h) * node.window.kernel_w;
    const double zero = uniform(node.name, "zero", from.zero);
    const double gain =
        uniform(node.name, "scale", from.scale) / (area * uniform(node.name, "step", q.step));
    const double offset = uniform(node.name, "offset", q.offset);
    const bool padded = is_padded(node.window);
    if (padded && !is_code(zero, from.bits))
        throw UserError(
            fmt::format("node {}: averages padding, whose 0 is no code of its input", node.name));
    if (padded) layer.pad_code = static_cast<std::uint8_t>(zero);
    const FixedAffine fixed = fixed_point(node.name, {{gain, 0, offset, {-area * zero, 0}}},
                                          {area * code_most(layer.bits), 0, 0, 0, false}, bits_);
    layer.a = fixed.channels.front().a;
    layer.d = fixed.channels.front().d;
    layer.shift = fixed.shift;
    layer.output_bits = q.bits;
    layer.rounding = q.rounding;
    if (!(range_of(q) == whole_range(q.bits))) layer.range = range_of(q);
    return layer;
}

Layer Lowering::lower(const ConcatNode& node) {
    throw std::logic_error(node.name + ": a Concat was not taken apart");
}

}  // namespace

IntegerNetwork lower(const Network& network, int coefficient_bits) {
    if (coefficient_bits < 4 || coefficient_bits > 32)
        throw UserError(fmt::format("coefficient bits are {}, 4..32 is right", coefficient_bits));
    validate(network);
    const Network nodes = expanded(network);
    Lowering lowering(nodes, coefficient_bits);
    IntegerNetwork result;
    result.name = network.name;
    result.adc_lsb = network.adc_lsb;
    result.input = network.input;
    result.input_bits = network.input_quantizer.bits;
    for (std::size_t i = 0; i < nodes.nodes.size(); ++i) result.layers.push_back(lowering.layer(i));
    validate(result);
    return result;
}

}  // namespace cimarron
