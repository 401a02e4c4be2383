// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/graph/graph.h"

#include "common/error.h"

#include <fmt/format.h>

namespace cimarron::foreign {

namespace {

// Names of 300 characters exist; their end tells more than their beginning.
std::string shortened(const std::string& name) {
    constexpr std::size_t kMost = 60;
    return name.size() <= kMost ? name : "..." + name.substr(name.size() - kMost + 3);
}

template <class T>
const T* attribute(const Node& node, const char* name) {
    const auto found = node.attributes.find(name);
    if (found == node.attributes.end()) return nullptr;
    const T* value = std::get_if<T>(&found->second);
    if (value == nullptr) fail(node, fmt::format("attribute {} has the wrong type", name));
    return value;
}

}  // namespace

const char* const kOwnDomain = "cimarron";
const char* const kChannelsLastKey = "cimarron.channels_last";

bool is_standard(const Node& node, const char* op) {
    return node.domain.empty() && node.op == op;
}

bool is_own(const Node& node, const char* op) {
    return node.domain == kOwnDomain && node.op == op;
}

std::string label(const Node& node) {
    std::string name = node.name;
    if (name.empty() && !node.outputs.empty()) name = node.outputs[0];
    const bool named_domain = !node.domain.empty() && node.domain != kOwnDomain;
    return fmt::format("{}{}{} {}", named_domain ? shortened(node.domain) : "",
                       named_domain ? "::" : "", shortened(node.op), shortened(name));
}

void fail(const Node& node, const std::string& what) {
    throw UserError(fmt::format("{}: {}", label(node), what));
}

const std::string& input_of(const Node& node, std::size_t i) {
    static const std::string kNone;
    return i < node.inputs.size() ? node.inputs[i] : kNone;
}

const Tensor* constant_input(const Graph& graph, const Node& node, std::size_t i) {
    const auto found = graph.constants.find(input_of(node, i));
    return found == graph.constants.end() ? nullptr : &found->second;
}

const Tensor& required_constant(const Graph& graph, const Node& node, std::size_t i,
                                const char* what) {
    const Tensor* tensor = constant_input(graph, node, i);
    if (tensor == nullptr)
        fail(node, input_of(node, i).empty() ? fmt::format("{} is missing", what)
                                             : fmt::format("{} must be a constant", what));
    if (!tensor->has_values())
        fail(node, fmt::format("{} has no values: {}", what, tensor->missing));
    return *tensor;
}

const Dims* input_dims(const Graph& graph, const Node& node, std::size_t i) {
    if (const Tensor* constant = constant_input(graph, node, i)) return &constant->dims;
    const auto found = graph.shapes.find(input_of(node, i));
    return found == graph.shapes.end() ? nullptr : &found->second;
}

std::int64_t int_attribute(const Node& node, const char* name, std::int64_t missing) {
    const auto* value = attribute<std::int64_t>(node, name);
    return value == nullptr ? missing : *value;
}

double float_attribute(const Node& node, const char* name, double missing) {
    const auto found = node.attributes.find(name);
    if (found != node.attributes.end())
        if (const auto* tensor = std::get_if<Tensor>(&found->second); tensor && tensor->size() == 1)
            return tensor->values[0];  // our own files', in double precision
    const auto* value = attribute<double>(node, name);
    return value == nullptr ? missing : *value;
}

std::string text_attribute(const Node& node, const char* name, const std::string& missing) {
    const auto* value = attribute<std::string>(node, name);
    return value == nullptr ? missing : *value;
}

std::vector<std::int64_t> ints_attribute(const Node& node, const char* name) {
    const auto* value = attribute<std::vector<std::int64_t>>(node, name);
    return value == nullptr ? std::vector<std::int64_t>{} : *value;
}

}  // namespace cimarron::foreign
