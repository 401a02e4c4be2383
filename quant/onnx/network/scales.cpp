// SPDX-License-Identifier: Apache-2.0
// The part of NetworkBuilder that says what codes stand for: the file's factors behind a quantizer
// become its scale and zero.
#include "common/error.h"
#include "quant/onnx/network/builder.h"
#include "quant/onnx/network/numbers.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

namespace {

PerChannel per_channel_of(Numbers numbers) {
    const bool same =
        std::all_of(numbers.begin(), numbers.end(), [&](double v) { return v == numbers[0]; });
    return same ? PerChannel(numbers[0]) : PerChannel(std::move(numbers));
}

double near_one(double value) {
    return std::abs(value - 1) <= 1e-12 ? 1 : value;
}

[[noreturn]] void throw_scale() {
    throw UserError("multiplies codes by a number that is not positive, which is not supported");
}

}  // namespace

// The node whose quantizer made the codes of a node; -1: the image.
int NetworkBuilder::owner_node(int node) const {
    while (node >= 0) {
        const auto* pool = std::get_if<PoolNode>(&network_.nodes[static_cast<std::size_t>(node)]);
        if (pool == nullptr || pool->activation) break;
        node = pool->source;
    }
    return node;
}

// The quantizer that made the codes of a node: its own, the image's, or the one in front of its max
// pooling. nullptr for a Concat.
ActivationQuantizer* NetworkBuilder::owner_of(int node) {
    while (node >= 0) {
        cimarron::Node& n = network_.nodes[static_cast<std::size_t>(node)];
        if (auto* conv = std::get_if<ConvNode>(&n))
            return conv->activation ? &*conv->activation : nullptr;
        if (auto* quantize = std::get_if<QuantizeNode>(&n))
            return quantize->activation ? &*quantize->activation : nullptr;
        auto* pool = std::get_if<PoolNode>(&n);
        if (pool == nullptr) return nullptr;
        if (pool->activation) return &*pool->activation;
        node = pool->source;
    }
    return &network_.input_quantizer;
}

const ActivationQuantizer& NetworkBuilder::quantizer_of(int node) {
    if (const ActivationQuantizer* owner = owner_of(node)) return *owner;
    while (std::holds_alternative<PoolNode>(network_.nodes[static_cast<std::size_t>(node)]))
        node = source_of(network_.nodes[static_cast<std::size_t>(node)]);
    return joined_.at(node);
}

// From codes to real values: the first reader's factors are the quantizer's scale and zero,
// another's are kept beside them.
void NetworkBuilder::settle_scale(Value& value) {
    if (!value.raw) return;
    ActivationQuantizer& q = *owner_of(value.node);
    const bool first = settled_.insert(owner_node(value.node)).second;
    if (first) {
        for (double g : value.gain)
            if (!(g > 0)) throw_scale();
        q.scale = per_channel_of(value.gain);
        q.zero = per_channel_of(combined(value.offset, value.gain, [](double o, double g) {
            return o == 0 ? 0 : near_whole(-o / g);
        }));
        value.gain = {1};
        value.offset = {0};
    } else {
        // x = scale (u - zero): u * gain + offset = x * gain / scale + (gain * zero + offset).
        const Numbers& scale = q.scale.values();
        const Numbers rest =
            combined(value.gain, q.zero.values(), [](double g, double z) { return g * z; });
        value.offset = combined(rest, value.offset, [](double a, double b) {
            return std::abs(a + b) <= 1e-12 * std::abs(a) ? 0 : a + b;
        });
        value.gain =
            combined(value.gain, scale, [](double g, double s) { return near_one(g / s); });
    }
    value.raw = false;
}

int NetworkBuilder::materialize(const Node& node, Value value) {
    settle_scale(value);
    if (value.average) fail(node, "reads an average that is not quantized");
    if (!value.has_affine() && !value.has_clip()) return value.node;
    if (value.quantized) {
        if (is_stream(quantizer_of(value.node).bits))
            fail(node, "reads a residual stream behind a ReLU or a factor, which is not supported");
        return rescaled(node, value);
    }
    if (value.has_affine() || value.leaky || value.low.size() != 1 || value.high.size() != 1)
        fail(node,
             "reads values behind a factor that cannot be moved into a layer; a quantizer between "
             "them is right");
    const Clip clip{value.low[0], value.high[0]};
    cimarron::Node& source = network_.nodes[static_cast<std::size_t>(value.node)];
    if (value.exclusive) {
        if (auto* conv = std::get_if<ConvNode>(&source)) return conv->clip = clip, value.node;
        if (auto* sum = std::get_if<QuantizeNode>(&source)) return sum->clip = clip, value.node;
    }
    QuantizeNode clipped;
    clipped.name = unique(node);
    clipped.source = value.node;
    clipped.clip = clip;
    return append(std::move(clipped));
}

// The same codes with another scale, or without those that a bound cuts off.
int NetworkBuilder::rescaled(const Node& node, const Value& value) {
    const ActivationQuantizer from = quantizer_of(value.node);
    ActivationQuantizer to = from;
    to.step = from.scale;
    to.offset = from.zero;
    to.rounding = cimarron::Rounding::half_even;
    const auto channels = static_cast<std::size_t>(value.shape.channels);
    if (value.has_clip()) {
        for (std::size_t c = 0; c < channels; ++c) {
            const auto code = [&](double bound, std::int64_t least, std::int64_t most) {
                const double real = (bound - number_at(value.offset, c)) / number_at(value.gain, c);
                const double at = near_whole(real / from.scale[c] + from.zero[c]);
                const double inside =
                    std::clamp(at, static_cast<double>(least), static_cast<double>(most));
                if (inside != std::floor(inside))
                    fail(node,
                         "reads codes behind a bound that is no code, which is not supported");
                return static_cast<std::int64_t>(inside);
            };
            const std::int64_t low = code(number_at(value.low, c), from.low, from.high);
            const std::int64_t high = code(number_at(value.high, c), from.low, from.high);
            if (c > 0 && (low != to.low || high != to.high))
                fail(node,
                     "reads codes behind a bound that differs by channel, which is not supported");
            to.low = low;
            to.high = high;
        }
    }
    for (double g : value.gain)
        if (!(g > 0)) throw_scale();
    to.scale = per_channel_of(
        combined(from.scale.values(), value.gain, [](double s, double g) { return s * g; }));
    to.zero = per_channel_of(combined(
        from.zero.values(),
        combined(value.offset, to.scale.values(), [](double o, double s) { return o / s; }),
        [](double z, double o) { return near_whole(z - o); }));
    if (value.exclusive && !value.has_affine())
        if (ActivationQuantizer* owner = owner_of(value.node)) {
            owner->low = to.low;
            owner->high = to.high;
            return value.node;
        }
    if (value.node < 0)
        fail(node, "reads the image behind a bound or a factor of its own, which is not supported");
    QuantizeNode result;
    result.name = unique(node);
    result.source = value.node;
    result.activation = to;
    const int index = append(std::move(result));
    settled_.insert(index);
    return index;
}

}  // namespace cimarron::foreign
