// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/network_reader.h"

#include "common/error.h"
#include "quant/onnx/layers.h"
#include "quant/onnx/quantizers.h"
#include "quant/onnx/shortcuts.h"
#include "quant/onnx/tensor.h"
#include "quant/onnx/topological.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

using ::onnx::NodeProto;

constexpr const char* kSupported =
    "Conv, Gemm, MaxPool, AveragePool, GlobalAveragePool, BatchNormalization, Relu, Add, Flatten, "
    "Reshape, Slice and Pad (of shortcuts), QuantizeLinear, Clip, DequantizeLinear, Div, Round, "
    "Mul "
    "(of residual streams), Quant and BipolarQuant";

int dimension(const ::onnx::TensorShapeProto& shape, int i) {
    const std::int64_t value = shape.dim(i).has_dim_value() ? shape.dim(i).dim_value() : 0;
    if (value < 1 || value > (1 << 28))
        throw UserError(fmt::format(
            "the input's dimension {} must be a fixed size (only the batch may be symbolic)", i));
    return static_cast<int>(value);
}

}  // namespace

Network NetworkReader::read() {
    start();
    find_reachable();
    const std::string& output = graph_.output();
    if (reachable_.count(output) == 0)
        throw UserError(fmt::format("the output {} does not depend on the input", output));
    for (bool progress = true; progress;) {  // one pass when the nodes are in order
        progress = false;
        for (const NodeProto& node : graph_.proto().node()) {
            if (!is_ready(node)) continue;
            step(node);
            processed_.insert(&node);
            progress = true;
        }
    }
    if (values_.count(output) == 0)
        throw UserError(fmt::format("the output {} is not reached", output));
    if (!graph_.consumers(output).empty())
        fail(*graph_.consumers(output)[0], "reads the graph's output");
    return topologically_ordered(std::move(network_));
}

void NetworkReader::start() {
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
    Value image;
    image.flat = dims.dim_size() == 2;
    image.shape.channels = dimension(dims, 1);
    if (!image.flat) {
        image.shape.height = dimension(dims, 2);
        image.shape.width = dimension(dims, 3);
    }
    if (std::int64_t{image.shape.height} * image.shape.width > (1 << 28) / image.shape.channels)
        throw UserError(fmt::format("input {} has more than 2^28 values", input.name()));
    network_.name = graph_.proto().name();
    network_.input = image.shape;
    values_.emplace(input.name(), std::move(image));
}

void NetworkReader::find_reachable() {
    std::vector<std::string> open{graph_.input().name()};
    while (!open.empty()) {
        const std::string tensor = std::move(open.back());
        open.pop_back();
        if (tensor.empty() || !reachable_.insert(tensor).second) continue;
        for (const NodeProto* node : graph_.consumers(tensor))
            open.insert(open.end(), node->output().begin(), node->output().end());
    }
}

bool NetworkReader::is_ready(const NodeProto& node) const {
    if (processed_.count(&node) != 0) return false;
    bool depends = false;
    for (const std::string& tensor : node.input()) {
        if (reachable_.count(tensor) == 0) continue;
        if (values_.count(tensor) == 0) return false;
        depends = true;
    }
    return depends;
}

void NetworkReader::step(const NodeProto& node) {
    const std::string& op = node.op_type();
    const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
    if (starts_quantizer(node)) return quantizer(node);
    if (standard && op == "Conv") return convolution(node);
    if (standard && op == "Gemm") return fully_connected(node);
    if (standard && op == "BatchNormalization") return batch_norm(node);
    if (standard && op == "Relu") return relu(node);
    if (standard && (op == "MaxPool" || op == "AveragePool" || op == "GlobalAveragePool"))
        return pool(node);
    if (standard && op == "Add") return add(node);
    if (standard && op == "Slice")
        return stride(node, read_stride(graph_, node, input(node).shape));
    if (standard && op == "Pad") return pad(node);
    if (standard && op == "Flatten") return flatten(node);
    if (standard && op == "Reshape") return reshape(node);
    fail(node, fmt::format("operator {} is not supported here; {} are", op, kSupported));
}

// What the node reads first, which must be the only activation it reads.
const NetworkReader::Value& NetworkReader::input(const NodeProto& node) const {
    const std::string& tensor = input_name(node, 0);
    const auto found = values_.find(tensor);
    require(found != values_.end(), node, "must read the activations as its first input");
    for (int i = 1; i < node.input_size(); ++i)
        require(reachable_.count(node.input(i)) == 0, node,
                fmt::format("input {} must be constant", i));
    if (!found->second.open) return found->second;
    const auto& consumers = graph_.consumers(tensor);
    if (consumers.size() > 1)
        fail(node, fmt::format("needs an activation quantizer between {} and itself, because {} "
                               "reads it too",
                               name_of(network_.nodes[*found->second.open]),
                               label(*consumers[consumers[0] == &node ? 1 : 0])));
    return found->second;
}

void NetworkReader::set(const NodeProto& node, Value value) {
    values_[node.output(0)] = std::move(value);
}

// A layer's input: codes.
NetworkReader::Value NetworkReader::layer_input(const NodeProto& node) const {
    const Value& value = input(node);
    require(value.node >= 0 || value.quantizer, node,
            "the image must be quantized first (QuantizeLinear, DequantizeLinear; scale 1/255 for "
            "8-bit pixels)");
    if (value.open)
        fail(node, fmt::format("needs an activation quantizer between {} and itself",
                               name_of(network_.nodes[*value.open])));
    require(!value.is_view, node, "reads a strided or padded tensor, which only an Add may");
    require(!is_stream(value.quantizer->bits), node,
            "reads a residual stream, which must be quantized to codes first");
    return value;
}

void NetworkReader::quantizer(const NodeProto& node) {
    Value value = input(node);
    const FoundQuantizer found = read_quantizer(graph_, node);
    const ActivationQuantizer& q = found.quantizer;
    const bool stream = is_stream(q.bits);
    require(!value.is_view, node,
            "quantizes a strided or padded tensor, which only an Add may read");
    require(!stream || (value.node >= 0 && !value.rectified), node,
            "a residual stream comes from a layer, without ReLU or pooling");
    if (value.open) {
        if (auto* conv = std::get_if<ConvNode>(&network_.nodes[*value.open]))
            conv->activation = q;
        else
            std::get<PoolNode>(network_.nodes[*value.open]).activation = q;
    } else if (!value.quantizer) {
        network_.input_quantizer = q;
    } else if (q.bits != value.quantizer->bits || q.step != value.quantizer->step) {
        require(!stream, node, "codes do not become a residual stream");
        network_.nodes.emplace_back(QuantizeNode{label(node), value.node, q});
        value.node = static_cast<int>(network_.nodes.size()) - 1;
    }
    value.open.reset();
    value.rectified = false;
    value.quantizer = q;
    for (const NodeProto* inner : found.inner) processed_.insert(inner);
    values_[found.tensor] = std::move(value);
}

void NetworkReader::add_layer(const NodeProto& node, const Value& input, ConvNode layer) {
    layer.name = label(node);
    layer.source = input.node;
    network_.nodes.emplace_back(std::move(layer));
    Value value;
    value.open = network_.nodes.size() - 1;
    value.node = static_cast<int>(*value.open);
    value.shape = output_shape(network_.nodes.back(), input.shape);
    value.flat = input.flat;
    set(node, std::move(value));
}

void NetworkReader::convolution(const NodeProto& node) {
    const Value in = layer_input(node);
    require(!in.flat, node, "cannot follow a Flatten");
    add_layer(node, in, read_convolution(graph_, node, in.shape));
}

void NetworkReader::fully_connected(const NodeProto& node) {
    const Value in = layer_input(node);
    require(in.flat, node, "needs a Flatten before it");
    add_layer(node, in, read_fully_connected(graph_, node, in.shape));
}

ConvNode* NetworkReader::open_convolution(const Value& value) {
    if (!value.open || value.node != static_cast<int>(*value.open)) return nullptr;
    return std::get_if<ConvNode>(&network_.nodes[*value.open]);
}

void NetworkReader::batch_norm(const NodeProto& node) {
    const Value value = input(node);
    ConvNode* layer = open_convolution(value);
    require(layer != nullptr && !value.rectified && !layer->batch_norm && !layer->shortcut, node,
            "must directly follow a Conv or Gemm");
    layer->batch_norm = read_batch_norm(graph_, node, layer->out_channels);
    set(node, value);
}

void NetworkReader::relu(const NodeProto& node) {
    require_inputs(node, 1, 1);
    require_attributes(node, {});
    Value value = input(node);
    require(value.node >= 0 || value.quantizer, node, "the image must be quantized first");
    require(!value.is_view, node, "reads a strided or padded tensor, which only an Add may");
    value.rectified = value.open || is_stream(value.quantizer->bits);
    set(node, std::move(value));
}

// A stream's, or what only residual adds read: the max pooling of single pixels is a stride.
bool NetworkReader::is_strided_view(const NodeProto& node, const Value& input) const {
    if (node.op_type() != "MaxPool" || input.open || !input.quantizer) return false;
    if (is_stream(input.quantizer->bits) || input.is_view) return true;
    const auto& readers = graph_.consumers(node.output(0));
    const PoolNode pool = read_pool(node, input.shape);
    return pool.window.kernel_h == 1 && pool.window.kernel_w == 1 && !readers.empty() &&
           std::all_of(readers.begin(), readers.end(), [](const NodeProto* reader) {
               return reader->op_type() == "Add" || reader->op_type() == "Pad";
           });
}

void NetworkReader::pool(const NodeProto& node) {
    require_inputs(node, 1, 1);
    Value value = input(node);
    require(!value.flat, node, "cannot follow a Flatten");
    if (is_strided_view(node, value)) return stride(node, read_pool_stride(node, value.shape));
    PoolNode pool = read_pool(node, value.shape);
    pool.name = label(node);
    pool.source = value.node;
    const bool average = pool.kind == PoolNode::Kind::average;
    if (average || !value.open) layer_input(node);
    network_.nodes.emplace_back(std::move(pool));
    value.node = static_cast<int>(network_.nodes.size()) - 1;
    value.shape = output_shape(network_.nodes.back(), value.shape);
    if (average) {
        value.open = network_.nodes.size() - 1;
        value.quantizer.reset();
    }
    value.rectified = value.open.has_value();
    set(node, std::move(value));
}

void NetworkReader::flatten(const NodeProto& node) {
    require_inputs(node, 1, 1);
    require_attributes(node, {"axis"});
    require(int_attribute(node, "axis", 1) == 1, node, "must flatten from axis 1");
    Value value = input(node);
    value.flat = true;
    set(node, std::move(value));
}

void NetworkReader::reshape(const NodeProto& node) {
    require_inputs(node, 2, 2);
    require_attributes(node, {"allowzero"});
    Value value = input(node);
    const auto to = read_integers(node, constant_input(graph_, node, 1, "the shape"));
    require(to.size() == 2 && to[0] >= -1 && to[0] <= 1 &&
                (to[1] == value.shape.size() || (to[1] == -1 && to[0] != -1)),
            node, fmt::format("must flatten to [batch, {}]", value.shape.size()));
    value.flat = true;
    set(node, std::move(value));
}

}  // namespace cimarron
