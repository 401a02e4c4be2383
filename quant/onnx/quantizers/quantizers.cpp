// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers/quantizers.h"

#include "quant/onnx/quantizers/forms.h"
#include "quant/onnx/quantizers/reorder.h"
#include "quant/onnx/simplify/shapes.h"
#include "quant/onnx/simplify/simplify.h"

namespace cimarron::foreign {

namespace {

void replace_all(Graph& graph, Changes& changes) {
    std::vector<Node> nodes = std::move(graph.nodes);
    std::vector<Node> result;
    std::map<std::string, Node> by_output;
    for (Node& node : nodes) {
        if (!node.outputs.empty()) by_output[node.outputs[0]] = node;
        const bool known = !node.outputs.empty() && graph.shapes.count(node.outputs[0]) != 0;
        Emitter emit(graph, result, node);
        if (known &&
            (replace_quantizer(graph, node, emit) || replace_integer_operator(graph, node, emit) ||
             replace_rounding(graph, node, by_output, emit)))
            changes.note("quantizers", node.op);
        else
            result.push_back(std::move(node));
    }
    graph.nodes = std::move(result);
    sort_nodes(graph);
}

}  // namespace

void unify_quantizers(Graph& graph, Changes& changes) {
    infer_shapes(graph);
    replace_all(graph, changes);
    simplify_layers(graph, changes);
    reorder_quantizers(graph, changes);
}

}  // namespace cimarron::foreign
