// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/no_ops.h"

#include "quant/onnx/simplify/shapes.h"
#include "quant/onnx/simplify/views.h"

#include <algorithm>

namespace cimarron::foreign {

namespace {

const Dims* output_dims(const Graph& graph, const Node& node) {
    const auto found = graph.shapes.find(node.outputs[0]);
    return found == graph.shapes.end() ? nullptr : &found->second;
}

// A Transpose that moves axes of one element only, or a Slice of everything, keeps the order too.
bool keeps_order(const Graph& graph, const Node& node, const Dims& in) {
    for (const char* op : {"Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze"})
        if (is_standard(node, op)) return true;
    if (is_standard(node, "Transpose")) {
        std::vector<std::size_t> moved;
        for (std::size_t axis : permutation(node, in.size()))
            if (in[axis] != 1) moved.push_back(axis);
        return std::is_sorted(moved.begin(), moved.end());
    }
    if (is_standard(node, "Cast"))
        return is_floating(static_cast<ElementType>(int_attribute(node, "to", 1)));
    if (is_standard(node, "CastLike")) return true;
    const bool partial = is_standard(node, "Slice") || is_standard(node, "Pad") ||
                         is_standard(node, "Expand") || is_standard(node, "Tile");
    if (!partial || *output_dims(graph, node) != in) return false;
    const auto sources = view_sources(graph, node, in);
    return std::is_sorted(sources.begin(), sources.end()) &&
           (sources.empty() || sources.front() == 0);
}

bool joins_one(const Node& node) {
    const bool joins = is_standard(node, "Concat") || is_standard(node, "Sum") ||
                       is_standard(node, "Max") || is_standard(node, "Min");
    return joins && node.inputs.size() == 1;
}

void become_reshape(Graph& graph, Node& node, const std::string& from, const Dims& to) {
    node.op = "Reshape";
    node.attributes.clear();
    const std::string shape = fresh_name(graph, "shape");
    graph.constants[shape] = integers(to);
    node.inputs = {from, shape};
}

}  // namespace

bool remove_no_ops(Graph& graph, Changes& changes) {
    std::map<std::string, std::string> same;      // tensor to the one that it equals
    std::map<std::string, std::string> reshaped;  // tensor to what it is a reshape of
    std::vector<Node> kept;
    bool changed = false;
    for (Node& node : graph.nodes) {
        for (std::string& input : node.inputs)
            if (const auto found = same.find(input); found != same.end()) input = found->second;
        const Dims* in = input_dims(graph, node, 0);
        const Dims* out = output_dims(graph, node);
        const bool known = in != nullptr && out != nullptr;
        if (!joins_one(node) && !(known && keeps_order(graph, node, *in))) {
            kept.push_back(std::move(node));
            continue;
        }
        std::string from = node.inputs[0];
        if (const auto found = reshaped.find(from); found != reshaped.end()) from = found->second;
        const Dims source = graph.shapes.count(from) != 0 ? graph.shapes.at(from) : *in;
        if (joins_one(node) || source == *out) {
            changes.note("no-ops", "dropped " + node.op);
            same[node.outputs[0]] = from;
            changed = true;
            continue;
        }
        reshaped[node.outputs[0]] = from;
        if (node.op != "Reshape" || node.inputs[0] != from) {
            changes.note("no-ops", node.op + " is a Reshape");
            changed = true;
        }
        become_reshape(graph, node, from, Dims(*out));
        kept.push_back(std::move(node));
    }
    graph.nodes = std::move(kept);
    redirect(graph, same);
    if (changed) sort_nodes(graph);
    return changed;
}

}  // namespace cimarron::foreign
