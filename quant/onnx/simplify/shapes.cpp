// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/shapes.h"

#include "common/error.h"
#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/quantizer_ops.h"
#include "quant/onnx/simplify/reductions.h"
#include "quant/onnx/simplify/views.h"
#include "quant/onnx/simplify/windows.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

namespace {

bool one_of(const Node& node, std::initializer_list<const char*> ops) {
    return std::any_of(ops.begin(), ops.end(), [&](const char* op) { return node.op == op; });
}

// Whose output has the shape of its first input.
bool keeps_shape(const Node& node) {
    if (node.domain == kOwnDomain) return one_of(node, {"Affine", "Clip", "Quantize"});
    if (is_qonnx_quant(node) || is_qonnx(node, "BipolarQuant") || is_qonnx(node, "Trunc"))
        return true;
    if (node.op == "RequantShift") return true;
    if (node.domain == "com.microsoft")
        return one_of(node, {"QLinearLeakyRelu", "QLinearSigmoid", "QLinearSoftmax"});
    return node.domain.empty() && one_of(node, {"Relu",
                                                "LeakyRelu",
                                                "PRelu",
                                                "Clip",
                                                "BatchNormalization",
                                                "Round",
                                                "Floor",
                                                "Ceil",
                                                "Sign",
                                                "Neg",
                                                "Softmax",
                                                "LogSoftmax",
                                                "QuantizeLinear",
                                                "DequantizeLinear",
                                                "Sigmoid",
                                                "Tanh",
                                                "Abs",
                                                "Sqrt",
                                                "Reciprocal",
                                                "Exp",
                                                "DynamicQuantizeLinear",
                                                "Elu",
                                                "Selu",
                                                "HardSigmoid",
                                                "HardSwish",
                                                "LRN",
                                                "Log",
                                                "Erf",
                                                "Not",
                                                "Softplus"});
}

Dims conv_dims(const Node& node, const Dims& in, const Dims& weights) {
    if (weights.size() != 4 || in.size() != 4)
        fail(node,
             fmt::format(
                 "convolves {} with {}; images [N, C, H, W] and weights [O, C, H, W] are supported",
                 text(in), text(weights)));
    const SpatialWindow w = window_of(node, in, {weights[2], weights[3]});
    return {in[0], weights[0], w.out[0], w.out[1]};
}

std::optional<Dims> matmul_dims(const Node& node, const Dims& a, const Dims& b) {
    if (a.empty() || b.size() != 2) return std::nullopt;
    if (a.back() != b[0]) fail(node, fmt::format("multiplies {} by {}", text(a), text(b)));
    Dims dims = a;
    dims.back() = b[1];
    return dims;
}

Dims gemm_dims(const Node& node, const Dims& a, const Dims& b) {
    if (a.size() != 2 || b.size() != 2)
        fail(node, fmt::format("multiplies {} by {}", text(a), text(b)));
    const bool ta = int_attribute(node, "transA", 0) != 0;
    const bool tb = int_attribute(node, "transB", 0) != 0;
    if (a[ta ? 0 : 1] != b[tb ? 1 : 0])
        fail(node, fmt::format("has weights for {} inputs, its input has {}", b[tb ? 1 : 0],
                               a[ta ? 0 : 1]));
    return {a[ta ? 1 : 0], b[tb ? 0 : 1]};
}

std::optional<Dims> concat_dims(const Graph& graph, const Node& node, std::size_t first,
                                std::size_t stride) {
    std::optional<Dims> dims;
    for (std::size_t i = first; i < node.inputs.size(); i += stride) {
        const Dims* in = input_dims(graph, node, i);
        if (in == nullptr || in->empty()) return std::nullopt;
        if (!dims) {
            dims = *in;
            continue;
        }
        if (in->size() != dims->size()) fail(node, "joins tensors of different ranks");
        const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 1), in->size());
        for (std::size_t d = 0; d < in->size(); ++d)
            if (d != axis && (*in)[d] != (*dims)[d])
                fail(node, fmt::format("joins {} and {}", text(*dims), text(*in)));
        (*dims)[axis] += (*in)[axis];
    }
    return dims;
}

std::optional<Dims> joined_dims(const Graph& graph, const Node& node) {
    std::optional<Dims> dims;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const Dims* in = input_dims(graph, node, i);
        if (in == nullptr) return std::nullopt;
        dims = dims ? broadcast_dims(node, *dims, *in) : *in;
    }
    return dims;
}

// Input of the weights, the second factor's shape, of operators that multiply.
std::optional<Dims> product_dims(const Graph& graph, const Node& node, const Dims& in) {
    const bool microsoft = node.domain == "com.microsoft";
    const auto at = [&](std::size_t i) { return input_dims(graph, node, i); };
    const auto with = [&](std::size_t i, auto f) -> std::optional<Dims> {
        const Dims* weights = at(i);
        if (weights == nullptr) return std::nullopt;
        return f(node, in, *weights);
    };
    if (is_standard(node, "Conv") || is_standard(node, "ConvInteger")) return with(1, conv_dims);
    if (is_standard(node, "QLinearConv")) return with(3, conv_dims);
    if (is_standard(node, "MatMul") || is_standard(node, "MatMulInteger"))
        return with(1, matmul_dims);
    if (is_standard(node, "QLinearMatMul")) return with(3, matmul_dims);
    if (is_standard(node, "Gemm")) return with(1, gemm_dims);
    if (microsoft && node.op == "QGemm") return with(3, gemm_dims);
    return std::nullopt;
}

std::optional<Dims> pool_dims(const Node& node, const Dims& in) {
    const bool microsoft = node.domain == "com.microsoft";
    if (!node.domain.empty() && !microsoft) return std::nullopt;
    if (one_of(node, {"MaxPool", "AveragePool", "QLinearAveragePool"})) {
        const SpatialWindow w = window_of(node, in, {});
        return Dims{in[0], in[1], w.out[0], w.out[1]};
    }
    if (one_of(node, {"GlobalAveragePool", "GlobalMaxPool", "QLinearGlobalAveragePool"})) {
        if (in.size() != 4) fail(node, "pools no image [N, C, H, W]");
        return Dims{in[0], in[1], 1, 1};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Dims> infer_dims(const Graph& graph, const Node& node) {
    if (node.domain == "com.microsoft" && node.op == "QLinearConcat")
        return concat_dims(graph, node, 2, 3);
    const Dims* in = input_dims(graph, node, 0);
    if (in == nullptr) return std::nullopt;
    if (keeps_shape(node)) return *in;
    if (const auto dims = product_dims(graph, node, *in)) return dims;
    if (const auto dims = pool_dims(node, *in)) return dims;
    if (node.domain == "com.microsoft" && (node.op == "QLinearAdd" || node.op == "QLinearMul")) {
        const Dims* other = input_dims(graph, node, 3);
        if (other == nullptr) return std::nullopt;
        return broadcast_dims(node, *in, *other);
    }
    if (!node.domain.empty()) return std::nullopt;
    if (is_view(node)) return view_dims(graph, node, *in);
    if (is_reduction(node)) return reduced_dims(graph, node, *in);
    if (node.op == "Concat") return concat_dims(graph, node, 0, 1);
    if (one_of(node, {"Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "Pow", "Where", "Greater",
                      "GreaterOrEqual", "Less", "LessOrEqual", "Equal"}))
        return joined_dims(graph, node);
    if (node.op == "ArgMax") {
        Dims dims = *in;
        const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 0), in->size());
        if (int_attribute(node, "keepdims", 1) != 0)
            dims[axis] = 1;
        else
            dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
        return dims;
    }
    return std::nullopt;
}

Dims input_dims(const Graph& graph) {
    Dims dims{1};
    for (std::size_t i = 0; i < graph.input.dims.size(); ++i) {
        if (graph.input.dims[i] < 1)
            throw UserError(fmt::format(
                "the input's dimension {} must be a fixed size (only the batch may be symbolic)",
                i + 1));
        dims.push_back(graph.input.dims[i]);
    }
    element_count(dims);
    return dims;
}

void infer_shapes(Graph& graph) {
    graph.shapes.clear();
    graph.shapes[graph.input.name] = input_dims(graph);
    for (const Node& node : graph.nodes)
        if (auto dims = infer_dims(graph, node); dims && !node.outputs.empty()) {
            element_count(*dims);
            graph.shapes[node.outputs[0]] = std::move(*dims);
        }
}

}  // namespace cimarron::foreign
