// SPDX-License-Identifier: Apache-2.0
// The part of NetworkBuilder for layers with weights and what stands behind them: constants for
// each channel, bounds, pooling, flattening.
#include "quant/onnx/network/builder.h"
#include "quant/onnx/network/weights.h"

#include <fmt/format.h>

namespace cimarron::foreign {

namespace {

Window window_of(const Node& node) {
    const auto kernel = ints_attribute(node, "kernel_shape");
    const auto stride = ints_attribute(node, "strides");
    const auto pads = ints_attribute(node, "pads");
    const auto at = [](const std::vector<std::int64_t>& v, std::size_t i) {
        return static_cast<int>(v[i]);
    };
    return {at(kernel, 0), at(kernel, 1), at(stride, 0), at(stride, 1),
            at(pads, 0),   at(pads, 1),   at(pads, 2),   at(pads, 3)};
}

const Numbers& numbers(const Graph& graph, const Node& node, std::size_t i, const char* what) {
    const Numbers& values = required_constant(graph, node, i, what).values;
    for (double v : values)
        if (!std::isfinite(v)) fail(node, fmt::format("{} holds a value that is not finite", what));
    return values;
}

}  // namespace

void NetworkBuilder::layer(const Node& node) {
    const Value input = read(node, 0);
    const Tensor* weights = constant_input(graph_, node, 1);
    if (weights == nullptr) fail(node, "its weights must be constant");
    if (!weights->has_values())
        fail(node, fmt::format("its weights have no values: {} (`weights: random` needs none)",
                               weights->missing));
    ConvNode conv;
    conv.out_channels = static_cast<int>(weights->dims[0]);
    if (is_standard(node, "Gemm")) {
        if (!input.flat) fail(node, "needs a Flatten in front of it");
        conv.fully_connected = true;
        conv.window.kernel_h = input.shape.height;
        conv.window.kernel_w = input.shape.width;
    } else {
        if (input.flat) fail(node, "cannot follow a Flatten");
        conv.window = window_of(node);
        conv.groups = static_cast<int>(int_attribute(node, "group", 1));
        if (conv.groups < 1 || input.shape.channels % conv.groups != 0)
            fail(node, fmt::format("has {} groups, which do not divide its {} input channels",
                                   conv.groups, input.shape.channels));
        if (weights->dims[1] != input.shape.channels / conv.groups)
            fail(node,
                 fmt::format("has weights for {} input channels, its input has {}{}",
                             weights->dims[1], input.shape.channels,
                             conv.groups == 1 ? "" : fmt::format(" in {} groups", conv.groups)));
    }
    conv.source = input_codes(node, input);
    conv.weights = read_weights(node, *weights, graph_.producer == "cimarron");
    conv.name = unique(node);
    Value value;
    const Shape in = input.shape;
    value.node = append(std::move(conv));
    value.shape = output_shape(network_.nodes.back(), in);
    value.flat = input.flat;
    set(node, std::move(value));
}

// The node that gives a layer's input, codes of 1 to 8 bits.
int NetworkBuilder::input_codes(const Node& node, const Value& value) {
    if (value.is_image())
        fail(node, "the image is not quantized; `cimarron quantize` finds a quantizer for it");
    if (value.is_view) fail(node, "reads a strided or padded tensor, which only an Add may");
    if (value.average) return quantized_sums(node, value);
    if (!value.quantized)
        fail(node, "what it reads is not quantized; `cimarron quantize` finds a quantizer for it");
    const int bits = quantizer_of(value.node).bits;
    if (is_stream(bits))
        fail(node, fmt::format("reads codes of {} bits; a chip takes 1 to 8 (`cimarron quantize` "
                               "makes others)",
                               bits));
    return materialize(node, value);
}

// Constants behind a layer: its bias, its batch norm as the file has it, or factors of that.
void NetworkBuilder::put_behind(ConvNode& conv, const Node& node, const Numbers& gain,
                                const Numbers& offset) {
    const auto channels = static_cast<std::size_t>(conv.out_channels);
    const auto each = [&](const Numbers& numbers) {
        return numbers.size() == 1 ? Reals(channels, numbers[0]) : numbers;
    };
    if (!conv.batch_norm && conv.bias.empty() && is_all(gain, 1)) {
        conv.bias = each(offset);
        return;
    }
    if (!conv.batch_norm && node.attributes.count(kBatchNormParts[0]) != 0) {
        const auto part = [&](std::size_t i) {
            const auto* tensor = std::get_if<Tensor>(&node.attributes.at(kBatchNormParts[i]));
            if (tensor == nullptr || tensor->size() != channels)
                fail(node, "its batch norm is damaged");
            return tensor->values;
        };
        conv.batch_norm =
            BatchNorm{part(0), part(1), part(2), part(3), float_attribute(node, "epsilon", 1e-5)};
        return;
    }
    if (!conv.batch_norm)
        conv.batch_norm = BatchNorm{Reals(channels, 1), Reals(channels, 0), Reals(channels, 0),
                                    Reals(channels, 1), 0};
    for (std::size_t o = 0; o < channels; ++o) {
        conv.batch_norm->gamma[o] *= number_at(gain, o);
        double& beta = conv.batch_norm->beta[o];
        beta = beta * number_at(gain, o) + number_at(offset, o);
    }
}

void NetworkBuilder::affine(const Node& node) {
    Value value = read(node, 0);
    const Numbers& gain = numbers(graph_, node, 1, "its factor");
    const Numbers& offset = numbers(graph_, node, 2, "its summand");
    if (value.flat && value.shape.pixels() > 1 && (gain.size() > 1 || offset.size() > 1))
        fail(node, "has a constant for each feature of several pixels, which is not supported");
    ConvNode* conv = open_convolution(value);
    const bool fold = conv != nullptr && value.exclusive && !conv->shortcut && !value.has_clip() &&
                      conv->clip.is_none() && !value.has_affine();
    if (!fold) {
        value.scale(gain, offset);
        return set(node, std::move(value));
    }
    put_behind(*conv, node, gain, offset);
    set(node, std::move(value));
}

void NetworkBuilder::clip(const Node& node) {
    Value value = read(node, 0);
    if (value.is_view) fail(node, "reads a strided or padded tensor, which only an Add may");
    if (value.leaky) fail(node, "follows a LeakyRelu, which is not supported");
    value.clip(float_attribute(node, "low", 0), float_attribute(node, "high", 0));
    set(node, std::move(value));
}

// What is below zero becomes the lowest code, whatever its slope: the quantizer behind says
// whether.
void NetworkBuilder::leaky(const Node& node) {
    Value value = read(node, 0);
    bool rising = float_attribute(node, "alpha", 0.01) >= 0;
    if (is_standard(node, "PRelu"))
        for (double slope : numbers(graph_, node, 1, "its slope")) rising = rising && slope >= 0;
    if (!rising || value.has_clip() || value.quantized)
        fail(node,
             "is supported between a layer and an unsigned quantizer, with slopes of 0 or more");
    value.clip(0, std::numeric_limits<double>::infinity());
    value.leaky = true;
    set(node, std::move(value));
}

void NetworkBuilder::pool(const Node& node) {
    Value value = read(node, 0);
    if (value.flat) fail(node, "cannot follow a Flatten");
    const Window window = window_of(node);
    if (is_strided_view(node, value)) return view(node, window.stride_h);
    if (value.is_view) fail(node, "reads a strided or padded tensor, which only an Add may");
    if (value.is_image())
        fail(node, "the image is not quantized; `cimarron quantize` finds a quantizer for it");
    if (!value.quantized || value.average)
        fail(node, "what it pools is not quantized; `cimarron quantize` finds a quantizer for it");
    if (value.node < 0)
        fail(node, "pools the image; a convolution or dense layer must be the first");
    PoolNode pool;
    pool.window = window;
    const Shape in = value.shape;
    if (is_standard(node, "AveragePool")) {
        value.node = materialize(node, value);
        Value average;
        average.node = value.node;
        average.average = window;
        average.average_name = node.name.empty() ? node.outputs[0] : node.name;
        pool.kind = PoolNode::Kind::average;
        average.shape = output_shape(cimarron::Node(pool), in);
        return set(node, std::move(average));
    }
    if (int_attribute(node, "pads_are_zeros", 0) != 0 && !never_negative(value))
        fail(node, "pools behind a Pad with zeros, which are not its lowest code");
    pool.name = unique(node);
    pool.source = value.node;
    value.shape = output_shape(cimarron::Node(pool), in);
    value.node = append(std::move(pool));
    set(node, std::move(value));
}

bool NetworkBuilder::never_negative(const Value& value) {
    Value settled = value;
    settle_scale(settled);
    const ActivationQuantizer& q = quantizer_of(settled.node);
    for (std::size_t c = 0; c < static_cast<std::size_t>(value.shape.channels); ++c)
        if (q.value(q.low, c) * number_at(settled.gain, c) + number_at(settled.offset, c) < 0)
            return false;
    return true;
}

void NetworkBuilder::reshape(const Node& node) {
    Value value = read(node, 0);
    const auto out = graph_.shapes.find(node.outputs[0]);
    const bool fits = out != graph_.shapes.end() && !out->second.empty() && out->second[0] == 1;
    if (value.is_view || !fits) fail(node, "reshapes in a way that no layer here takes up");
    const Dims& dims = out->second;
    if (dims.size() == 2) {
        value.flat = true;
        return set(node, std::move(value));
    }
    const Dims image{1, value.shape.channels, value.shape.height, value.shape.width};
    if (dims == image) {
        value.flat = false;
        return set(node, std::move(value));
    }
    // The logits' sizes, or what the image is in truth: rows and columns of what the file calls
    // flat.
    const bool fresh = value.node < 0 && !value.has_affine() && !value.has_clip();
    if (node.outputs[0] != graph_.output && !(fresh && dims.size() == 4))
        fail(node,
             fmt::format("reshapes {} to {}; a Flatten is supported", text(image), text(dims)));
    if (value.node < 0) {
        value.shape = {static_cast<int>(dims[1]), static_cast<int>(dims[2]),
                       static_cast<int>(dims[3])};
        network_.input = value.shape;
        value.flat = false;
        if (!value.exclusive) fail(node, "reshapes the image for one of its readers only");
    }
    set(node, std::move(value));
}

}  // namespace cimarron::foreign
