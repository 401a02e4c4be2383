// SPDX-License-Identifier: Apache-2.0
// The part of NetworkBuilder for tensors that meet: residual adds, what stands on the way of a
// shortcut, and Concat.
#include "quant/onnx/network/builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

void NetworkBuilder::add(const Node& node) {
    if (node.inputs.size() != 2)
        fail(node, fmt::format("adds {} tensors; two are supported", node.inputs.size()));
    Value a = read(node, 0);
    Value b = read(node, 1);
    if (a.shape != b.shape)
        fail(node,
             fmt::format("adds {} x {} x {} to {} x {} x {}", b.shape.channels, b.shape.height,
                         b.shape.width, a.shape.channels, a.shape.height, a.shape.width));
    if (a.node < 0 || b.node < 0) fail(node, "adds the image, which is not supported");
    const auto can_host = [&](const Value& v) {
        const ConvNode* conv = open_convolution(v);
        return conv != nullptr && v.exclusive && !conv->shortcut && !v.has_affine() &&
               !v.has_clip() && conv->clip.is_none();
    };
    if (!can_host(a) && (can_host(b) || a.is_view)) std::swap(a, b);
    if (a.is_view) fail(node, "adds two strided or padded tensors");
    const int other = materialize(node, b);
    const Shortcut shortcut{other, b.stride, b.channel_offset};
    Value sum;
    sum.shape = a.shape;
    sum.flat = a.flat;
    if (can_host(a)) {
        open_convolution(a)->shortcut = shortcut;
        sum.node = a.node;
    } else {
        QuantizeNode joined;
        joined.source = materialize(node, a);
        joined.name = unique(node);
        joined.shortcut = shortcut;
        sum.node = append(std::move(joined));
    }
    set(node, std::move(sum));
}

// A stream's, or what only residual adds read: max pooling of single pixels is a stride.
bool NetworkBuilder::is_strided_view(const Node& node, const Value& value) const {
    const auto kernel = ints_attribute(node, "kernel_shape");
    const auto stride = ints_attribute(node, "strides");
    if (!is_standard(node, "MaxPool") || !value.quantized || value.node < 0 || kernel[0] != 1 ||
        kernel[1] != 1 || stride[0] != stride[1])
        return false;
    return value.is_view ||
           std::all_of(graph_.nodes.begin(), graph_.nodes.end(), [&](const Node& n) {
               const bool reads =
                   std::find(n.inputs.begin(), n.inputs.end(), node.outputs[0]) != n.inputs.end();
               return !reads || is_standard(n, "Add") || is_standard(n, "Pad") ||
                      is_own(n, "Affine");
           });
}

// Every stride-th pixel of the tensor.
void NetworkBuilder::view(const Node& node, int stride) {
    Value value = read(node, 0);
    if (!value.quantized || value.node < 0 || value.flat || value.has_clip())
        fail(node, "strides a tensor that is no layer's quantized output");
    if (value.channel_offset != 0) fail(node, "strides a padded tensor; pad the strided one");
    value.is_view = true;
    value.stride *= stride;
    value.shape.height = (value.shape.height - 1) / stride + 1;
    value.shape.width = (value.shape.width - 1) / stride + 1;
    set(node, std::move(value));
}

// Channels of zeros around a shortcut's.
void NetworkBuilder::pad(const Node& node) {
    Value value = read(node, 0);
    const Tensor& pads = required_constant(graph_, node, 1, "its pads");
    const std::vector<double>& p = pads.values;
    const Tensor* fill = constant_input(graph_, node, 2);
    const bool zeros =
        input_of(node, 2).empty() || (fill != nullptr && fill->size() == 1 && fill->values[0] == 0);
    const bool channels = p.size() == 8 && p[0] == 0 && p[2] == 0 && p[3] == 0 && p[4] == 0 &&
                          p[6] == 0 && p[7] == 0 && p[1] >= 0 && p[5] >= 0;
    if (!channels || !zeros || text_attribute(node, "mode", "constant") != "constant" ||
        !value.quantized || value.node < 0 || value.flat || value.has_clip() ||
        value.channel_offset != 0)
        fail(node,
             "is supported in front of a Conv or pooling (zeros around the pixels), or on a "
             "shortcut "
             "(channels of zeros)");
    value.is_view = true;
    value.channel_offset = static_cast<int>(p[1]);
    value.shape.channels += static_cast<int>(p[1] + p[5]);
    set(node, std::move(value));
}

// Every n-th pixel from the first on, of all channels.
void NetworkBuilder::slice(const Node& node) {
    const auto numbers = [&](std::size_t i) -> std::vector<double> {
        return input_of(node, i).empty() ? std::vector<double>{}
                                         : required_constant(graph_, node, i, "its range").values;
    };
    const auto starts = numbers(1);
    const auto ends = numbers(2);
    const auto axes = numbers(3);
    const auto steps = numbers(4);
    const Dims& in = *input_dims(graph_, node, 0);
    double stride[2] = {1, 1};
    bool fits = in.size() == 4 && axes.size() == starts.size() && steps.size() == starts.size();
    for (std::size_t i = 0; fits && i < axes.size(); ++i) {
        const double axis = axes[i] < 0 ? axes[i] + 4 : axes[i];
        fits = (axis == 2 || axis == 3) && starts[i] == 0 && steps[i] >= 1 &&
               ends[i] >= static_cast<double>(in[static_cast<std::size_t>(axis)]);
        if (fits) stride[static_cast<std::size_t>(axis) - 2] = steps[i];
    }
    if (!fits || stride[0] != stride[1] || stride[0] > 16384)
        fail(node, "is supported on a shortcut, as every n-th row and column");
    view(node, static_cast<int>(stride[0]));
}

void NetworkBuilder::concat(const Node& node) {
    ConcatNode joined;
    Value result;
    ActivationQuantizer all;
    Numbers scale;
    Numbers zero;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        Value part = read(node, i);
        if (!part.quantized || part.node < 0 || part.is_view)
            fail(node, "joins tensors that are not all quantized outputs of layers");
        if (part.flat && part.shape.pixels() > 1)
            fail(node,
                 "joins flattened tensors of several pixels; joining them before is supported");
        joined.sources.push_back(materialize(node, part));
        const ActivationQuantizer q = quantizer_of(joined.sources.back());
        if (is_stream(q.bits)) fail(node, "joins streams of more than 8 bits");
        if (i == 0) {
            result = part;
            all = q;
            result.shape.channels = 0;
        }
        all.bits = std::max(all.bits, q.bits);
        all.low = std::min(all.low, q.low);
        all.high = std::max(all.high, q.high);
        for (int c = 0; c < part.shape.channels; ++c) {
            scale.push_back(q.scale[static_cast<std::size_t>(c)]);
            zero.push_back(q.zero[static_cast<std::size_t>(c)]);
        }
        result.shape.channels += part.shape.channels;
    }
    if (joined.sources.empty() || int_attribute(node, "axis", 1) != 1)
        fail(node, "is supported along the channels (axis 1)");
    all.scale = scale;
    all.zero = zero;
    joined.name = unique(node);
    Value value;
    value.node = append(std::move(joined));
    joined_[value.node] = all;
    settled_.insert(value.node);
    value.shape = result.shape;
    value.flat = result.flat;
    value.quantized = true;
    set(node, std::move(value));
}

}  // namespace cimarron::foreign
