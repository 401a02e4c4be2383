// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers/integer_image.h"

#include "quant/onnx/quantizers/quantize_node.h"
#include "quant/onnx/simplify/shapes.h"

#include <algorithm>

namespace cimarron::foreign {

bool quantize_integer_image(Graph& graph, bool is_signed, Changes& changes) {
    const bool typed = is_known(graph.input.type) && !is_floating(graph.input.type);
    if (!typed && !graph.integers_only) return false;
    const bool quantized = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& n) {
        return is_own(n, "Quantize") && n.inputs[0] == graph.input.name;
    });
    if (quantized) return false;
    QuantizeParameters q;
    q.low = is_signed ? -128 : 0;
    q.high = is_signed ? 127 : 255;
    if (typed) {
        const IntegerRange range = range_of(graph.input.type);
        q.low = range.low;
        q.high = range.high;
    }
    Node image;
    image.name = graph.input.name;
    image.outputs = {fresh_name(graph, graph.input.name)};
    const std::string codes = image.outputs[0];
    std::vector<Node> nodes;
    Emitter emit(graph, nodes, image);
    emit.finish(emit_quantize(emit, graph.input.name, q, input_dims(graph)));
    redirect(graph, {{graph.input.name, codes}});
    nodes.back().inputs[0] = graph.input.name;
    graph.nodes.insert(graph.nodes.begin(), nodes.begin(), nodes.end());
    infer_shapes(graph);
    changes.note("quantizers", typed       ? "the image is codes of its type"
                               : is_signed ? "the image is taken as codes -128..127"
                                           : "the image is taken as codes 0..255");
    return !typed;
}

}  // namespace cimarron::foreign
