// SPDX-License-Identifier: Apache-2.0
// The part of NetworkBuilder for quantizers: of the image, of a layer, of an average, of a sum, and
// of what is quantized already.
#include "quant/onnx/network/builder.h"
#include "quant/onnx/network/codes.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

namespace {

Value codes_of(int node, const Shape& shape, bool flat, const FoundQuantizer& found) {
    Value value;
    value.node = node;
    value.shape = shape;
    value.flat = flat;
    value.quantized = true;
    value.raw = true;
    value.gain = {found.code_gain};
    value.offset = {found.code_offset};
    return value;
}

double times(double a, double b) {
    return a * b;
}

}  // namespace

void NetworkBuilder::quantize(const Node& node) {
    Value value = read(node, 0);
    if (value.is_view)
        fail(node, "quantizes a strided or padded tensor, which only an Add may read");
    const QuantizeParameters q = quantize_parameters(graph_, node);
    if (value.is_image()) return set(node, quantize_image(node, q, value));
    set(node, value.quantized ? quantize_codes(node, q, value) : quantize_values(node, q, value));
}

Value NetworkBuilder::quantize_image(const Node& node, const QuantizeParameters& q,
                                     const Value& value) {
    Value normalised = value;
    normalised.gain = {1};
    normalised.offset = {0};
    const FoundQuantizer found = quantizer_for(node, q, normalised);
    if (is_stream(found.quantizer.bits))
        fail(node, fmt::format("gives the image codes from {} to {}; a chip takes 1 to 8 bits",
                               q.low, q.high));
    const Normalization normalization{value.gain, value.offset};
    if (image_quantized_ &&
        (found.quantizer != image_quantizer_ || normalization.gain != network_.normalization.gain ||
         normalization.offset != network_.normalization.offset))
        fail(node, "the image has two quantizers that differ; one for all its readers is right");
    if (!image_quantized_) network_.input_quantizer = found.quantizer;
    network_.normalization = normalization;
    image_quantizer_ = found.quantizer;
    image_quantized_ = true;
    return codes_of(-1, value.shape, value.flat, found);
}

// Real values: a layer's, an average's, a sum's.
Value NetworkBuilder::quantize_values(const Node& node, const QuantizeParameters& q,
                                      const Value& value) {
    const FoundQuantizer found = quantizer_for(node, q, value);
    if (value.average) {
        PoolNode pool;
        pool.kind = PoolNode::Kind::average;
        pool.name = unique(value.average_name);
        pool.source = value.node;
        pool.window = *value.average;
        pool.activation = found.quantizer;
        if (is_stream(found.quantizer.bits))
            fail(node, "gives an average more than 8 bits, which is not supported");
        return codes_of(append(std::move(pool)), value.shape, value.flat, found);
    }
    cimarron::Node& source = network_.nodes[static_cast<std::size_t>(value.node)];
    if (value.exclusive) {
        auto* conv = std::get_if<ConvNode>(&source);
        auto* sum = std::get_if<QuantizeNode>(&source);
        if (conv != nullptr && conv->clip.is_none()) {
            conv->activation = found.quantizer;
            return codes_of(value.node, value.shape, value.flat, found);
        }
        if (sum != nullptr && sum->clip.is_none()) {
            sum->activation = found.quantizer;
            return codes_of(value.node, value.shape, value.flat, found);
        }
    }
    return requantized(node, found, value);
}

Value NetworkBuilder::requantized(const Node& node, const FoundQuantizer& found,
                                  const Value& value) {
    if (value.node < 0)
        fail(node, "quantizes the image a second time, with another step, which is not supported");
    QuantizeNode result;
    result.name = unique(node);
    result.source = value.node;
    result.activation = found.quantizer;
    return codes_of(append(std::move(result)), value.shape, value.flat, found);
}

// Whatever it has come through, as gain and offset of its codes.
Value NetworkBuilder::as_codes(const Value& value) {
    if (value.raw) return value;
    const ActivationQuantizer& q = quantizer_of(value.node);
    Value codes = value;
    codes.raw = true;
    codes.gain = combined(q.scale.values(), value.gain, times);
    codes.offset = combined(value.offset, combined(codes.gain, q.zero.values(), times),
                            [](double offset, double below) { return offset - below; });
    return codes;
}

Value NetworkBuilder::quantize_codes(const Node& node, const QuantizeParameters& q,
                                     const Value& value) {
    const Value codes = as_codes(value);
    const auto shift = code_shift(q, codes);
    if (!shift) {
        Value real = value;
        settle_scale(real);
        return requantized(node, quantizer_for(node, q, real), real);
    }
    // The same whole numbers, perhaps fewer.
    const FoundQuantizer found = quantizer_for(node, q, codes);
    const ActivationQuantizer& from = quantizer_of(value.node);
    const auto base = static_cast<std::int64_t>(found.code_offset) - *shift;
    const std::int64_t low = std::max(from.low, found.quantizer.low + base);
    const std::int64_t high = std::min(from.high, found.quantizer.high + base);
    if (low > high) fail(node, "leaves a single code");
    if (low != from.low || high != from.high) {
        const bool own = graph_.producer == "cimarron";  // its quantizers stay as many
        ActivationQuantizer* owner = value.exclusive && !own ? owner_of(value.node) : nullptr;
        if (owner == nullptr) {
            Value real = value;
            settle_scale(real);
            return requantized(node, quantizer_for(node, q, real), real);
        }
        owner->low = low;
        owner->high = high;
        while (owner->bits > 1 && !is_stream(owner->bits) &&
               high < (std::int64_t{1} << (owner->bits - 1)))
            --owner->bits;
    }
    Value same = value;
    same.raw = true;
    same.leaky = false;
    same.gain = {1};
    same.offset = {static_cast<double>(*shift)};
    same.low = Value{}.low;
    same.high = Value{}.high;
    if (!value.raw) {  // joined codes have their scales already
        same.raw = false;
        const ActivationQuantizer& scale = quantizer_of(value.node);
        same.gain = combined({1}, scale.scale.values(), [](double g, double s) { return g / s; });
        same.offset =
            combined(same.offset, scale.zero.values(), [](double o, double z) { return o + z; });
    }
    return same;
}

// An average that a layer reads without a quantizer: the sum of its codes, exactly.
int NetworkBuilder::quantized_sums(const Node& node, const Value& value) {
    const ActivationQuantizer from = quantizer_of(value.node);
    const Window& w = *value.average;
    const int area = w.kernel_h * w.kernel_w;
    const bool padded = w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0;
    const bool whole = from.zero.is_uniform() && from.zero[0] == std::floor(from.zero[0]);
    if (value.has_affine() || value.has_clip() || !from.scale.is_uniform() ||
        !from.zero.is_uniform() || (padded && !whole))
        fail(node, "reads an average that nothing quantizes, which is not supported here");
    const double least = padded ? std::min(from.zero[0], static_cast<double>(from.low))
                                : static_cast<double>(from.low);
    const double most = padded ? std::max(from.zero[0], static_cast<double>(from.high))
                               : static_cast<double>(from.high);
    ActivationQuantizer to;
    to.rounding = cimarron::Rounding::half_even;
    to.low = static_cast<std::int64_t>(least) * area;
    to.high = static_cast<std::int64_t>(most) * area;
    to.bits = 1;
    while (to.bits < 16 && (std::int64_t{1} << to.bits) - 1 < to.high) ++to.bits;
    if (to.low < 0 || is_stream(to.bits))
        fail(node,
             fmt::format("reads an average of {} codes up to {} that nothing quantizes; their sum "
                         "needs more than 8 bits",
                         area, from.high));
    to.step = from.scale[0] / area;
    to.scale = to.step;
    to.offset = from.zero[0] * area;
    to.zero = to.offset;
    PoolNode pool;
    pool.kind = PoolNode::Kind::average;
    pool.name = unique(value.average_name);
    pool.source = value.node;
    pool.window = w;
    pool.activation = to;
    const int index = append(std::move(pool));
    settled_.insert(index);
    return index;
}

}  // namespace cimarron::foreign
