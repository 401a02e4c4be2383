// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/layers.h"

#include "quant/onnx/tensor.h"
#include "quant/onnx/weights.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

using ::onnx::NodeProto;

// strides, pads, dilations and auto_pad; the kernel is the caller's.
Window read_window(const NodeProto& node, int kernel_h, int kernel_w) {
    require(text_attribute(node, "auto_pad", "NOTSET") == "NOTSET", node,
            "attribute auto_pad is not supported; give pads");
    const auto dilations = ints_attribute(node, "dilations", 2, 1);
    require(dilations[0] == 1 && dilations[1] == 1, node, "dilations are not supported");
    const auto strides = ints_attribute(node, "strides", 2, 1);
    const auto pads = ints_attribute(node, "pads", 4, 0);
    return {kernel_h, kernel_w, strides[0], strides[1], pads[0], pads[1], pads[2], pads[3]};
}

std::vector<float> read_bias(const OnnxGraph& graph, const NodeProto& node, int channels) {
    if (input_name(node, 2).empty()) return {};
    const auto& tensor = constant_input(graph, node, 2, "the bias");
    std::vector<float> bias = read_floats(node, tensor);
    require(
        bias.size() == static_cast<std::size_t>(channels), node,
        fmt::format("has {} biases, one per output channel ({}) is right", bias.size(), channels));
    return bias;
}

}  // namespace

ConvNode read_convolution(const OnnxGraph& graph, const NodeProto& node, const Shape& input) {
    require_inputs(node, 2, 3);
    require_attributes(node, {"kernel_shape", "strides", "pads", "dilations", "group", "auto_pad"});
    const std::int64_t groups = int_attribute(node, "group", 1);
    require(groups >= 1 && groups <= input.channels && input.channels % groups == 0, node,
            fmt::format("has {} groups, which do not divide its {} input channels", groups,
                        input.channels));
    OnnxWeights weights = read_weights(graph, node);
    require(weights.dims.size() == 4, node, "weights must have 4 dimensions [O, C, H, W]");
    require(weights.dims[1] == input.channels / groups, node,
            fmt::format("has weights for {} input channels, its input has {}{}", weights.dims[1],
                        input.channels, groups == 1 ? "" : fmt::format(" in {} groups", groups)));
    const int kernel_h = static_cast<int>(weights.dims[2]);
    const int kernel_w = static_cast<int>(weights.dims[3]);
    const auto kernel = ints_attribute(node, "kernel_shape", 2, 0);
    require((kernel[0] == kernel_h && kernel[1] == kernel_w) || (kernel[0] == 0 && kernel[1] == 0),
            node, "kernel_shape differs from the weights' shape");
    ConvNode layer;
    layer.window = read_window(node, kernel_h, kernel_w);
    layer.out_channels = static_cast<int>(weights.dims[0]);
    layer.groups = static_cast<int>(groups);
    layer.weights = std::move(weights.values);
    layer.bias = reals(read_bias(graph, node, layer.out_channels));
    return layer;
}

ConvNode read_fully_connected(const OnnxGraph& graph, const NodeProto& node, const Shape& input) {
    require_inputs(node, 2, 3);
    require_attributes(node, {"alpha", "beta", "transA", "transB"});
    require(float_attribute(node, "alpha", 1) == 1 && float_attribute(node, "beta", 1) == 1, node,
            "alpha and beta must be 1");
    require(int_attribute(node, "transA", 0) == 0 && int_attribute(node, "transB", 0) == 1, node,
            "weights must be stored [outputs, inputs] (transA = 0, transB = 1)");
    OnnxWeights weights = read_weights(graph, node);
    require(weights.dims.size() == 2, node, "weights must have 2 dimensions");
    require(
        weights.dims[1] == input.size(), node,
        fmt::format("has weights for {} inputs, its input has {}", weights.dims[1], input.size()));
    ConvNode layer;
    layer.fully_connected = true;
    layer.window.kernel_h = input.height;
    layer.window.kernel_w = input.width;
    layer.out_channels = static_cast<int>(weights.dims[0]);
    layer.weights = std::move(weights.values);
    layer.bias = reals(read_bias(graph, node, layer.out_channels));
    return layer;
}

BatchNorm read_batch_norm(const OnnxGraph& graph, const NodeProto& node, int channels) {
    require_inputs(node, 5, 5);
    require_attributes(node, {"epsilon", "momentum", "training_mode", "spatial"});
    require(int_attribute(node, "training_mode", 0) == 0 && int_attribute(node, "spatial", 1) == 1,
            node, "only inference over channels is supported (training_mode = 0)");
    const auto read = [&](int i, const char* what) {
        std::vector<float> values = read_floats(node, constant_input(graph, node, i, what));
        require(values.size() == static_cast<std::size_t>(channels), node,
                fmt::format("{} has {} values, one per channel ({}) is right", what, values.size(),
                            channels));
        return reals(values);
    };
    return {read(1, "the scale"), read(2, "the offset"), read(3, "the mean"),
            read(4, "the variance"), float_attribute(node, "epsilon", 1e-5F)};
}

PoolNode read_pool(const NodeProto& node, const Shape& input) {
    require_inputs(node, 1, 1);
    PoolNode pool;
    pool.kind = node.op_type() == "MaxPool" ? PoolNode::Kind::max : PoolNode::Kind::average;
    if (node.op_type() == "GlobalAveragePool") {
        require_attributes(node, {});
        pool.window.kernel_h = input.height;
        pool.window.kernel_w = input.width;
        return pool;
    }
    require_attributes(node, {"kernel_shape", "strides", "pads", "dilations", "auto_pad",
                              "ceil_mode", "storage_order", "count_include_pad"});
    require(int_attribute(node, "ceil_mode", 0) == 0, node, "ceil_mode is not supported");
    const auto kernel = ints_attribute(node, "kernel_shape", 2, 0);
    pool.window = read_window(node, kernel[0], kernel[1]);
    const Window& w = pool.window;
    const bool padded = w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0;
    require(pool.kind == PoolNode::Kind::max || !padded ||
                int_attribute(node, "count_include_pad", 0) == 1,
            node, "padded average pooling must count the padding (count_include_pad = 1)");
    return pool;
}

}  // namespace cimarron
