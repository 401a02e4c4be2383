// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/moves.h"

#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/quantizer_ops.h"
#include "quant/onnx/simplify/views.h"

#include <algorithm>
#include <numeric>

namespace cimarron::foreign {

bool is_elementwise(const Node& node) {
    if (is_qonnx_quant(node) || is_qonnx(node, "BipolarQuant") || is_qonnx(node, "Trunc"))
        return true;
    for (const char* op : {"Relu",
                           "LeakyRelu",
                           "PRelu",
                           "Clip",
                           "Round",
                           "Floor",
                           "Ceil",
                           "Sign",
                           "Neg",
                           "Add",
                           "Sub",
                           "Mul",
                           "Div",
                           "Min",
                           "Max",
                           "Cast",
                           "QuantizeLinear",
                           "DequantizeLinear",
                           "Where",
                           "Greater",
                           "GreaterOrEqual",
                           "Less",
                           "LessOrEqual",
                           "Equal",
                           "Sum"})
        if (is_standard(node, op)) return true;
    return is_own(node, "Affine") || is_own(node, "Clip") || is_own(node, "Quantize");
}

Tensor unpermuted(const Tensor& tensor, const Perm& perm) {
    if (tensor.size() == 1 || tensor.dims.size() > perm.size()) return tensor;
    Dims dims = tensor.dims;
    dims.insert(dims.begin(), perm.size() - dims.size(), 1);
    Dims back(perm.size());
    for (std::size_t i = 0; i < perm.size(); ++i) back[perm[i]] = dims[i];
    const Dims strides = strides_of(dims);
    Dims moved_strides(perm.size());
    for (std::size_t i = 0; i < perm.size(); ++i) moved_strides[perm[i]] = strides[i];
    std::vector<std::int64_t> sources;
    Dims position(back.size(), 0);
    for (std::int64_t k = 0; k < element_count(back); ++k) {
        sources.push_back(std::inner_product(position.begin(), position.end(),
                                             moved_strides.begin(), std::int64_t{0}));
        for (std::size_t axis = back.size(); axis-- > 0;) {
            if (++position[axis] < back[axis]) break;
            position[axis] = 0;
        }
    }
    return moved(tensor, back, sources);
}

std::optional<Move> move_of(const Graph& graph, const Node& node) {
    const Dims* in = input_dims(graph, node, 0);
    if (in == nullptr) return std::nullopt;
    if (is_standard(node, "Transpose"))
        return Move{node.inputs[0], *in, permutation(node, in->size()), {}};
    if (!is_standard(node, "Gather") || in->size() != 2) return std::nullopt;
    const Tensor* indices = constant_input(graph, node, 1);
    if (indices == nullptr || indices->dims.size() != 1 || indices->dims[0] != (*in)[1] ||
        checked_axis(node, int_attribute(node, "axis", 0), 2) != 1)
        return std::nullopt;
    Move move{node.inputs[0], *in, {}, view_sources(graph, node, *in)};
    Dims sorted = move.features;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        if (sorted[i] != static_cast<std::int64_t>(i)) return std::nullopt;
    return move;
}

}  // namespace cimarron::foreign
