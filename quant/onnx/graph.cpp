// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/graph.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

using ::onnx::AttributeProto;
using ::onnx::NodeProto;

const AttributeProto* find_attribute(const NodeProto& node, const char* name,
                                     AttributeProto::AttributeType type) {
    for (const AttributeProto& attribute : node.attribute()) {
        if (attribute.name() != name) continue;
        require(attribute.type() == type, node,
                fmt::format("attribute {} has the wrong type", name));
        return &attribute;
    }
    return nullptr;
}

const ::onnx::TensorProto* constant_value(const NodeProto& node) {
    for (const AttributeProto& attribute : node.attribute())
        if (attribute.name() == "value" && attribute.has_t()) return &attribute.t();
    return nullptr;
}

}  // namespace

OnnxGraph::OnnxGraph(const ::onnx::GraphProto& graph) : graph_(graph) {
    for (const TensorProto& tensor : graph.initializer())
        if (!constants_.emplace(tensor.name(), &tensor).second)
            throw UserError(fmt::format("initializer {}: given twice", tensor.name()));
    for (const NodeProto& node : graph.node()) {
        for (const std::string& output : node.output()) {
            if (output.empty()) continue;
            if (constants_.count(output) != 0 || !producers_.emplace(output, &node).second)
                fail(node, fmt::format("tensor {} is already defined", output));
        }
        for (const std::string& input : node.input()) consumers_[input].push_back(&node);
        if (node.op_type() != "Constant" || node.output_size() != 1) continue;
        const TensorProto* value = constant_value(node);
        require(value != nullptr, node, "only a Constant given as a tensor is supported");
        constants_.emplace(node.output(0), value);
    }
}

const ::onnx::TensorProto* OnnxGraph::constant(const std::string& tensor) const {
    const auto found = constants_.find(tensor);
    return found == constants_.end() ? nullptr : found->second;
}

const NodeProto* OnnxGraph::producer(const std::string& tensor) const {
    const auto found = producers_.find(tensor);
    return found == producers_.end() ? nullptr : found->second;
}

const std::vector<const NodeProto*>& OnnxGraph::consumers(const std::string& tensor) const {
    static const std::vector<const NodeProto*> kNobody;
    const auto found = consumers_.find(tensor);
    return found == consumers_.end() ? kNobody : found->second;
}

const ::onnx::ValueInfoProto& OnnxGraph::input() const {
    const ::onnx::ValueInfoProto* image = nullptr;
    for (const ::onnx::ValueInfoProto& info : graph_.input()) {
        if (constant(info.name()) != nullptr) continue;
        if (image != nullptr)
            throw UserError(fmt::format("the graph has more than one input ({}, {})", image->name(),
                                        info.name()));
        image = &info;
    }
    if (image == nullptr) throw UserError("the graph has no input");
    return *image;
}

const std::string& OnnxGraph::output() const {
    if (graph_.output_size() != 1)
        throw UserError(
            fmt::format("the graph has {} outputs, one is right", graph_.output_size()));
    return graph_.output(0).name();
}

std::string label(const NodeProto& node) {
    if (!node.name().empty()) return node.name();
    return node.output_size() > 0 && !node.output(0).empty() ? node.output(0) : node.op_type();
}

void fail(const NodeProto& node, const std::string& what) {
    throw UserError(fmt::format("{} {}: {}", node.op_type(), label(node), what));
}

const std::string& input_name(const NodeProto& node, int i) {
    static const std::string kNone;
    return i < node.input_size() ? node.input(i) : kNone;
}

void require_inputs(const NodeProto& node, int least, int most) {
    require(node.input_size() >= least && node.input_size() <= most, node,
            fmt::format("has {} inputs, {}..{} are right", node.input_size(), least, most));
    require(node.output_size() == 1, node,
            fmt::format("has {} outputs, one is right", node.output_size()));
}

void require_attributes(const NodeProto& node, std::initializer_list<const char*> known) {
    for (const AttributeProto& attribute : node.attribute())
        require(std::any_of(known.begin(), known.end(),
                            [&](const char* name) { return attribute.name() == name; }),
                node, fmt::format("attribute {} is not supported", attribute.name()));
}

std::int64_t int_attribute(const NodeProto& node, const char* name, std::int64_t missing) {
    const AttributeProto* attribute = find_attribute(node, name, AttributeProto::INT);
    return attribute == nullptr ? missing : attribute->i();
}

float float_attribute(const NodeProto& node, const char* name, float missing) {
    const AttributeProto* attribute = find_attribute(node, name, AttributeProto::FLOAT);
    return attribute == nullptr ? missing : attribute->f();
}

std::string text_attribute(const NodeProto& node, const char* name, const std::string& missing) {
    const AttributeProto* attribute = find_attribute(node, name, AttributeProto::STRING);
    return attribute == nullptr ? missing : attribute->s();
}

std::vector<int> ints_attribute(const NodeProto& node, const char* name, int count, int missing) {
    std::vector<int> values(static_cast<std::size_t>(count), missing);
    const AttributeProto* attribute = find_attribute(node, name, AttributeProto::INTS);
    if (attribute == nullptr) return values;
    require(attribute->ints_size() == count, node,
            fmt::format("attribute {} has {} values, {} are right", name, attribute->ints_size(),
                        count));
    for (int i = 0; i < count; ++i) {
        const std::int64_t v = attribute->ints(i);
        require(v >= 0 && v <= 16384, node,
                fmt::format("attribute {} holds {}, 0..16384 is right", name, v));
        values[static_cast<std::size_t>(i)] = static_cast<int>(v);
    }
    return values;
}

}  // namespace cimarron
