// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/load/load.h"

#include "common/error.h"
#include "quant/onnx/graph/rewrite.h"
#include "quant/onnx/load/functions.h"
#include "quant/onnx/load/old_opsets.h"
#include "quant/onnx/load/read_tensor.h"

#include <fmt/format.h>

#include <fstream>
#include <set>

namespace cimarron::foreign {

namespace {

using ::onnx::AttributeProto;

constexpr std::int64_t kOldestOpset = 7;
constexpr std::int64_t kMostDimension = 1 << 28;
constexpr int kMostRank = 8;

std::int64_t opset_of(const ::onnx::ModelProto& model) {
    for (const ::onnx::OperatorSetIdProto& opset : model.opset_import()) {
        if (!opset.domain().empty() && opset.domain() != "ai.onnx") continue;
        if (opset.version() >= kOldestOpset) return opset.version();
        throw UserError(
            fmt::format("uses opset {}, {} or later is right (onnx.version_converter raises it)",
                        opset.version(), kOldestOpset));
    }
    throw UserError("names no ONNX operator set (truncated, or not an ONNX file)");
}

Attribute read_attribute(const AttributeProto& proto, const std::filesystem::path& folder) {
    switch (proto.type()) {
        case AttributeProto::INT:
            return std::int64_t{proto.i()};
        case AttributeProto::FLOAT:
            return static_cast<double>(proto.f());
        case AttributeProto::STRING:
            return proto.s();
        case AttributeProto::INTS:
            return std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end());
        case AttributeProto::FLOATS:
            return std::vector<double>(proto.floats().begin(), proto.floats().end());
        case AttributeProto::TENSOR:
            return read_tensor(proto.t(), folder);
        default:
            return Opaque{};
    }
}

// Operators of onnxruntime that mean what ONNX's own of the same name mean.
std::string domain_of(const ::onnx::NodeProto& proto) {
    const bool same = proto.op_type() == "QuantizeLinear" || proto.op_type() == "DequantizeLinear";
    if (proto.domain() == "ai.onnx" || (proto.domain() == "com.microsoft" && same)) return "";
    return proto.domain();
}

Node read_node(const ::onnx::NodeProto& proto, const std::filesystem::path& folder) {
    Node node;
    node.op = proto.op_type();
    node.domain = domain_of(proto);
    node.name = proto.name();
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    while (!node.inputs.empty() && node.inputs.back().empty()) node.inputs.pop_back();
    while (!node.outputs.empty() && node.outputs.back().empty()) node.outputs.pop_back();
    for (const AttributeProto& attribute : proto.attribute())
        node.attributes[attribute.name()] = read_attribute(attribute, folder);
    return node;
}

Input read_input(const ::onnx::ValueInfoProto& info) {
    Input input;
    input.name = info.name();
    if (!info.type().has_tensor_type())
        throw UserError(fmt::format("input {} must be a tensor", info.name().substr(0, 80)));
    const auto& type = info.type().tensor_type();
    input.type = static_cast<ElementType>(type.elem_type());
    if (type.shape().dim_size() < 1 || type.shape().dim_size() > kMostRank)
        throw UserError(fmt::format("input {} has {} dimensions; [N, C, H, W] or [N, K] is right",
                                    info.name().substr(0, 80), type.shape().dim_size()));
    for (int i = 0; i < type.shape().dim_size(); ++i) {
        const auto& dim = type.shape().dim(i);
        const std::int64_t size = dim.has_dim_value() ? dim.dim_value() : -1;
        const bool fixed = size >= 1 && size <= kMostDimension;
        if (i == 0)
            input.batch = fixed ? size : 1;
        else
            input.dims.push_back(fixed ? size : -1);
    }
    return input;
}

// The input that the output depends on: exporters list constants, and what nobody reads, as well.
Input find_input(const ::onnx::GraphProto& proto, const Graph& graph) {
    const std::set<std::string> needed = needed_tensors(graph);
    const ::onnx::ValueInfoProto* found = nullptr;
    for (const ::onnx::ValueInfoProto& info : proto.input()) {
        if (graph.constants.count(info.name()) != 0 || needed.count(info.name()) == 0) continue;
        if (found != nullptr)
            throw UserError(
                fmt::format("the graph has more than one input ({}, {}); one image is "
                            "right",
                            found->name().substr(0, 60), info.name().substr(0, 60)));
        found = &info;
    }
    if (found == nullptr)
        throw UserError(proto.input_size() == 0
                            ? "the graph has no input"
                            : fmt::format("the output {} does not depend on the input",
                                          graph.output.substr(0, 80)));
    return read_input(*found);
}

Graph read_graph(const ::onnx::ModelProto& model, const std::filesystem::path& folder) {
    const ::onnx::GraphProto& proto = model.graph();
    Graph graph;
    graph.name = proto.name();
    graph.producer = model.producer_name();
    graph.opset = opset_of(model);
    for (const ::onnx::StringStringEntryProto& entry : model.metadata_props())
        graph.metadata[entry.key()] = entry.value();
    if (proto.sparse_initializer_size() > 0)
        throw UserError("has sparse initializers, which are not supported; store them dense");
    for (const ::onnx::TensorProto& tensor : proto.initializer())
        if (!graph.constants.emplace(tensor.name(), read_tensor(tensor, folder)).second)
            throw UserError(
                fmt::format("initializer {}: given twice", tensor.name().substr(0, 80)));
    for (const ::onnx::NodeProto& node : inlined_nodes(model))
        graph.nodes.push_back(read_node(node, folder));
    if (proto.output_size() != 1)
        throw UserError(fmt::format("the graph has {} outputs, one is right", proto.output_size()));
    graph.output = proto.output(0).name();
    modernize(graph);
    graph.input = find_input(proto, graph);
    graph.channels_last = graph.metadata.count(kChannelsLastKey) != 0;
    sort_nodes(graph);
    return graph;
}

}  // namespace

Graph load(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file)) throw UserError("cannot be read");
    ::onnx::ModelProto model;
    if (!model.ParseFromIstream(&stream) || !model.has_graph())
        throw UserError("truncated, or not an ONNX file");
    return read_graph(model, file.parent_path());
}

}  // namespace cimarron::foreign
