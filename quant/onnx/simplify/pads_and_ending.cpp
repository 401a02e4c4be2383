// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/layers.h"
#include "quant/onnx/simplify/shapes.h"
#include "quant/onnx/simplify/simplify.h"
#include "quant/onnx/simplify/views.h"
#include "quant/onnx/simplify/windows.h"

#include <algorithm>

namespace cimarron::foreign {

namespace {

// [top, left, bottom, right] of a Pad of an image's pixels by zeros.
std::optional<std::vector<std::int64_t>> spatial_pads(const Graph& graph, const Node& node) {
    const Dims* in = input_dims(graph, node, 0);
    const Tensor* pads = constant_input(graph, node, 1);
    const Tensor* value = constant_input(graph, node, 2);
    const bool zeros = input_of(node, 2).empty() ||
                       (value != nullptr && value->size() == 1 && value->values[0] == 0);
    if (!is_standard(node, "Pad") || in == nullptr || in->size() != 4 || pads == nullptr ||
        pads->size() != 8 || !input_of(node, 3).empty() || !zeros ||
        text_attribute(node, "mode", "constant") != "constant")
        return std::nullopt;
    const std::vector<double>& p = pads->values;
    if (p[0] != 0 || p[1] != 0 || p[4] != 0 || p[5] != 0) return std::nullopt;
    std::vector<std::int64_t> result;
    for (std::size_t i : {2U, 3U, 6U, 7U}) {
        if (p[i] < 0) return std::nullopt;
        result.push_back(static_cast<std::int64_t>(p[i]));
    }
    return result;
}

bool can_join(const Node& node) {
    if (text_attribute(node, "auto_pad", "NOTSET") != "NOTSET" &&
        text_attribute(node, "auto_pad", "NOTSET") != "VALID")
        return false;
    if (is_standard(node, "Conv") || is_standard(node, "MaxPool")) return true;
    const auto pads = ints_attribute(node, "pads");
    const bool padded = std::any_of(pads.begin(), pads.end(), [](auto p) { return p != 0; });
    return is_standard(node, "AveragePool") &&
           (!padded || int_attribute(node, "count_include_pad", 0) != 0);
}

}  // namespace

bool join_pads(Graph& graph, Changes& changes) {
    std::map<std::string, std::pair<std::string, std::vector<std::int64_t>>> padded;
    bool changed = false;
    for (Node& node : graph.nodes) {
        if (auto pads = spatial_pads(graph, node)) {
            padded[node.outputs[0]] = {node.inputs[0], std::move(*pads)};
            continue;
        }
        const auto found = padded.find(input_of(node, 0));
        if (found == padded.end() || !can_join(node)) continue;
        std::vector<std::int64_t> pads = ints_attribute(node, "pads");
        pads.resize(4);
        for (std::size_t i = 0; i < 4; ++i) pads[i] += found->second.second[i];
        node.attributes["pads"] = pads;
        node.attributes.erase("auto_pad");
        if (is_standard(node, "AveragePool"))
            node.attributes["count_include_pad"] = std::int64_t{1};
        // Zeros, not what is smaller than everything.
        if (is_standard(node, "MaxPool")) node.attributes["pads_are_zeros"] = std::int64_t{1};
        node.inputs[0] = found->second.first;
        changes.note("layers", "Pad joined " + node.op);
        changed = true;
    }
    if (changed) sort_nodes(graph);
    return changed;
}

Ending drop_ending(Graph& graph, Changes& changes) {
    Ending ending = Ending::none;
    while (!graph.nodes.empty()) {
        const Node& node = graph.nodes.back();
        if (node.outputs.empty() || node.outputs[0] != graph.output) break;
        const Dims* in = input_dims(graph, node, 0);
        const bool flat = in != nullptr && in->size() == 2;
        const std::int64_t axis = int_attribute(node, "axis", node.op == "ArgMax" ? 0 : -1);
        const bool over_channels =
            in != nullptr && in->size() >= 2 && checked_axis(node, axis, in->size()) == 1;
        if (is_standard(node, "Softmax") && (over_channels || flat))
            ending = ending == Ending::none ? Ending::softmax : ending;
        else if (is_standard(node, "LogSoftmax") && (over_channels || flat))
            ending = ending == Ending::none ? Ending::log_softmax : ending;
        else if (is_standard(node, "ArgMax") && over_channels)
            ending = Ending::arg_max;
        else
            break;
        changes.note("ending", node.op + " behind the logits is left to the host");
        graph.output = node.inputs[0];
        sort_nodes(graph);
    }
    return ending;
}

}  // namespace cimarron::foreign
