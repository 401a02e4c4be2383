// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/chain.h"

#include "common/error.h"
#include "quant/onnx/layers.h"
#include "quant/onnx/quantizers.h"
#include "quant/onnx/tensor.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

using ::onnx::NodeProto;

constexpr const char* kSupported =
    "Conv, Gemm, MaxPool, AveragePool, GlobalAveragePool, BatchNormalization, Relu, Flatten, "
    "Reshape, QuantizeLinear, Clip, DequantizeLinear, Quant and BipolarQuant";

int dimension(const ::onnx::TensorShapeProto& shape, int i) {
    const std::int64_t value = shape.dim(i).has_dim_value() ? shape.dim(i).dim_value() : 0;
    if (value < 1 || value > (1 << 28))
        throw UserError(fmt::format(
            "the input's dimension {} must be a fixed size (only the batch may be symbolic)", i));
    return static_cast<int>(value);
}

}  // namespace

Network ChainReader::read() {
    start();
    const std::string& output = graph_.output();
    while (tensor_ != output) {
        const NodeProto* node = only_consumer(graph_, tensor_);
        if (node == nullptr)
            throw UserError(
                fmt::format("tensor {} is read by no node, and the output {} is not "
                            "reached",
                            tensor_, output));
        require(node->input(0) == tensor_, *node,
                "must read the activations as its first input; only chains are supported");
        step(*node);
    }
    if (!graph_.consumers(tensor_).empty())
        fail(*graph_.consumers(tensor_)[0], "reads the graph's output; only chains are supported");
    return std::move(network_);
}

void ChainReader::start() {
    const ::onnx::ValueInfoProto& input = graph_.input();
    if (graph_.producer(input.name()) != nullptr)
        throw UserError(fmt::format("input {} is also computed by a node", input.name()));
    if (!input.type().has_tensor_type() ||
        input.type().tensor_type().elem_type() != ::onnx::TensorProto::FLOAT)
        throw UserError(fmt::format("input {} must be a float tensor", input.name()));
    const ::onnx::TensorShapeProto& dims = input.type().tensor_type().shape();
    if (dims.dim_size() != 4 && dims.dim_size() != 2)
        throw UserError(fmt::format("input {} has {} dimensions; [N, C, H, W] or [N, K] is right",
                                    input.name(), dims.dim_size()));
    flat_ = dims.dim_size() == 2;
    shape_.channels = dimension(dims, 1);
    if (!flat_) {
        shape_.height = dimension(dims, 2);
        shape_.width = dimension(dims, 3);
    }
    if (std::int64_t{shape_.height} * shape_.width > (1 << 28) / shape_.channels)
        throw UserError(fmt::format("input {} has more than 2^28 values", input.name()));
    network_.name = graph_.proto().name();
    network_.input = shape_;
    tensor_ = input.name();
}

void ChainReader::step(const NodeProto& node) {
    const std::string& op = node.op_type();
    const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
    if (starts_quantizer(node)) return quantizer(node);
    if (standard && op == "Conv")
        convolution(node);
    else if (standard && op == "Gemm")
        fully_connected(node);
    else if (standard && op == "BatchNormalization")
        batch_norm(node);
    else if (standard && op == "Relu")
        relu(node);
    else if (standard && (op == "MaxPool" || op == "AveragePool" || op == "GlobalAveragePool"))
        pool(node);
    else if (standard && op == "Flatten")
        flatten(node);
    else if (standard && op == "Reshape")
        reshape(node);
    else
        fail(node, fmt::format("operator {} is not supported here; {} are", op, kSupported));
    tensor_ = node.output(0);
}

void ChainReader::quantizer(const NodeProto& node) {
    const FoundQuantizer found = read_quantizer(graph_, node);
    const ActivationQuantizer& q = found.quantizer;
    if (!image_quantized_) {
        network_.input_quantizer = q;
        image_quantized_ = true;
    } else if (open_) {
        if (auto* conv = std::get_if<ConvNode>(&network_.nodes[*open_]))
            conv->activation = q;
        else
            std::get<PoolNode>(network_.nodes[*open_]).activation = q;
        open_.reset();
    } else {
        require(q.bits == last_quantizer_->bits && q.step == last_quantizer_->step, node,
                "quantizes codes again, and differently");
    }
    last_quantizer_ = q;
    tensor_ = found.tensor;
}

void ChainReader::require_codes(const NodeProto& node) const {
    require(image_quantized_, node,
            "the image must be quantized first (QuantizeLinear, DequantizeLinear; scale 1/255 for "
            "8-bit pixels)");
    if (!open_) return;
    fail(node, fmt::format("needs an activation quantizer between {} and itself",
                           name_of(network_.nodes[*open_])));
}

void ChainReader::add_layer(const NodeProto& node, ConvNode layer) {
    layer.name = label(node);
    layer.source = static_cast<int>(network_.nodes.size()) - 1;
    network_.nodes.emplace_back(std::move(layer));
    shape_ = output_shape(network_.nodes.back(), shape_);
    open_ = network_.nodes.size() - 1;
    rectified_ = false;
}

void ChainReader::convolution(const NodeProto& node) {
    require_codes(node);
    require(!flat_, node, "cannot follow a Flatten");
    add_layer(node, read_convolution(graph_, node, shape_));
}

void ChainReader::fully_connected(const NodeProto& node) {
    require_codes(node);
    require(flat_, node, "needs a Flatten before it");
    add_layer(node, read_fully_connected(graph_, node, shape_));
}

ConvNode* ChainReader::open_convolution() {
    return open_ ? std::get_if<ConvNode>(&network_.nodes[*open_]) : nullptr;
}

void ChainReader::batch_norm(const NodeProto& node) {
    ConvNode* layer = open_convolution();
    require(layer != nullptr && !rectified_ && !layer->batch_norm, node,
            "must directly follow a Conv or Gemm");
    layer->batch_norm = read_batch_norm(graph_, node, layer->out_channels);
}

void ChainReader::relu(const NodeProto& node) {
    require_inputs(node, 1, 1);
    require_attributes(node, {});
    require(image_quantized_, node, "the image must be quantized first");
    rectified_ = true;
}

void ChainReader::pool(const NodeProto& node) {
    require(!flat_, node, "cannot follow a Flatten");
    PoolNode pool = read_pool(node, shape_);
    pool.name = label(node);
    pool.source = static_cast<int>(network_.nodes.size()) - 1;
    const bool average = pool.kind == PoolNode::Kind::average;
    if (average || !image_quantized_) require_codes(node);
    network_.nodes.emplace_back(std::move(pool));
    shape_ = output_shape(network_.nodes.back(), shape_);
    if (average) open_ = network_.nodes.size() - 1;
    rectified_ = true;
}

void ChainReader::flatten(const NodeProto& node) {
    require_inputs(node, 1, 1);
    require_attributes(node, {"axis"});
    require(int_attribute(node, "axis", 1) == 1, node, "must flatten from axis 1");
    flat_ = true;
}

void ChainReader::reshape(const NodeProto& node) {
    require_inputs(node, 2, 2);
    require_attributes(node, {"allowzero"});
    const auto to = read_integers(node, constant_input(graph_, node, 1, "the shape"));
    require(to.size() == 2 && to[0] >= -1 && to[0] <= 1 &&
                (to[1] == shape_.size() || (to[1] == -1 && to[0] != -1)),
            node, fmt::format("must flatten to [batch, {}]", shape_.size()));
    flat_ = true;
}

}  // namespace cimarron
