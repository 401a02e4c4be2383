// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/fold.h"

#include "quant/onnx/simplify/constant_ops.h"
#include "quant/onnx/simplify/shapes.h"

#include <algorithm>

namespace cimarron::foreign {

namespace {

bool reads_constants_only(const Graph& graph, const Node& node) {
    return std::all_of(node.inputs.begin(), node.inputs.end(), [&](const std::string& tensor) {
        return tensor.empty() || graph.constants.count(tensor) != 0;
    });
}

// The shape of a tensor that depends on the image is a constant too.
std::optional<std::vector<Tensor>> shape_value(const Graph& graph, const Node& node) {
    if (!is_standard(node, "Shape") && !is_standard(node, "Size")) return std::nullopt;
    const Dims* dims = input_dims(graph, node, 0);
    if (dims == nullptr) return std::nullopt;
    Graph known;
    known.constants[node.inputs[0]] =
        without_values(ElementType::float32, *dims, "only its shape is known");
    return evaluate(known, node);
}

std::optional<std::vector<Tensor>> value_of(const Graph& graph, const Node& node) {
    if (auto shape = shape_value(graph, node)) return shape;
    if (is_standard(node, "CastLike") && !reads_constants_only(graph, node)) {
        const Tensor* x = constant_input(graph, node, 0);
        if (x != nullptr) return std::vector<Tensor>{*x};
    }
    if (!reads_constants_only(graph, node)) return std::nullopt;
    return evaluate(graph, node);
}

}  // namespace

void fold_constants(Graph& graph, Changes& changes) {
    graph.shapes.clear();
    graph.shapes[graph.input.name] = input_dims(graph);
    std::vector<Node> kept;
    for (Node& node : graph.nodes) {
        if (auto values = value_of(graph, node)) {
            for (std::size_t i = 0; i < node.outputs.size() && i < values->size(); ++i)
                graph.constants[node.outputs[i]] = std::move((*values)[i]);
            if (node.op != "Constant") changes.note("constants", "computed " + node.op);
            continue;
        }
        if (auto dims = infer_dims(graph, node); dims && !node.outputs.empty())
            graph.shapes[node.outputs[0]] = std::move(*dims);
        kept.push_back(std::move(node));
    }
    graph.nodes = std::move(kept);
    sort_nodes(graph);
}

}  // namespace cimarron::foreign
