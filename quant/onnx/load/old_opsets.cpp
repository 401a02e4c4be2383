// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/load/old_opsets.h"

#include <fmt/format.h>

namespace cimarron::foreign {

namespace {

struct Moved {
    const char* op;
    const char* attribute;
    std::size_t input;
};

// Attributes of old opsets and the input that they are today.
constexpr Moved kMoved[] = {
    {"Squeeze", "axes", 1},    {"Unsqueeze", "axes", 1}, {"ReduceSum", "axes", 1},
    {"ReduceMean", "axes", 1}, {"ReduceMax", "axes", 1}, {"ReduceMin", "axes", 1},
    {"ReduceProd", "axes", 1}, {"ReduceL2", "axes", 1},  {"Clip", "min", 1},
    {"Clip", "max", 2},        {"Pad", "pads", 1},       {"Pad", "value", 2},
    {"Slice", "starts", 1},    {"Slice", "ends", 2},     {"Slice", "axes", 3},
    {"Reshape", "shape", 1},   {"Split", "split", 1},    {"Dropout", "ratio", 1},
    {"TopK", "k", 1},          {"Expand", "shape", 1},
};

Tensor as_tensor(const Node& node, const Attribute& attribute, const char* name) {
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&attribute))
        return integers(*list);
    if (const auto* value = std::get_if<double>(&attribute)) return scalar(*value);
    if (const auto* value = std::get_if<std::int64_t>(&attribute)) return integers({*value});
    fail(node, fmt::format("attribute {} has the wrong type", name));
}

}  // namespace

void modernize(Graph& graph) {
    int count = 0;
    for (Node& node : graph.nodes) {
        if (!node.domain.empty()) continue;
        for (const Moved& moved : kMoved) {
            if (node.op != moved.op) continue;
            const auto found = node.attributes.find(moved.attribute);
            if (found == node.attributes.end()) continue;
            if (!input_of(node, moved.input).empty())
                fail(node, fmt::format("has {} as an attribute and as an input", moved.attribute));
            const std::string name = fmt::format("{}.{}#{}", label(node), moved.attribute, ++count);
            if (node.inputs.size() <= moved.input) node.inputs.resize(moved.input + 1);
            node.inputs[moved.input] = name;
            graph.constants[name] = as_tensor(node, found->second, moved.attribute);
            node.attributes.erase(found);
        }
    }
}

}  // namespace cimarron::foreign
