// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/layouts.h"
#include "quant/onnx/simplify/moves.h"
#include "quant/onnx/simplify/shapes.h"
#include "quant/onnx/simplify/views.h"

#include <algorithm>

namespace cimarron::foreign {

namespace {

// [N, H, W, C]: where a Transpose to [N, C, H, W], or a Reshape that is one (a single channel), is
// the first that looks at the sizes.
bool is_channels_last(const Graph& graph) {
    const Dims image = input_dims(graph);
    if (image.size() != 4) return false;
    std::set<std::string> elementwise{graph.input.name};
    for (const Node& node : graph.nodes) {
        const bool reads = std::any_of(node.inputs.begin(), node.inputs.end(), [&](auto& tensor) {
            return elementwise.count(tensor) != 0;
        });
        if (!reads) continue;
        if (is_standard(node, "Transpose")) return permutation(node, 4) == Perm{0, 3, 1, 2};
        const auto out = graph.shapes.find(node.outputs[0]);
        if (is_standard(node, "Reshape"))
            return image[3] == 1 && image[1] != 1 && out != graph.shapes.end() &&
                   out->second == Dims{1, 1, image[1], image[2]};
        if (is_elementwise(node) || is_view(node)) elementwise.insert(node.outputs[0]);
    }
    return false;
}

}  // namespace

void put_image_channels_first(Graph& graph, Changes& changes) {
    if (graph.channels_last || !is_channels_last(graph)) return;
    const Dims file = graph.input.dims;  // H, W, C
    graph.channels_last = true;
    graph.input.dims = {file[2], file[0], file[1]};
    Node transpose;
    transpose.op = "Transpose";
    transpose.attributes["perm"] = std::vector<std::int64_t>{0, 2, 3, 1};
    const std::string as_in_file = graph.input.name;
    graph.input.name = fresh_name(graph, as_in_file);
    transpose.inputs = {graph.input.name};
    transpose.outputs = {as_in_file};
    graph.nodes.insert(graph.nodes.begin(), std::move(transpose));
    infer_shapes(graph);
    changes.note("channels first", "the image [N, H, W, C] is taken as [N, C, H, W]");
}

}  // namespace cimarron::foreign
