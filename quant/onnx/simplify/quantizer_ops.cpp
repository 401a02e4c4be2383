// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/quantizer_ops.h"

#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron::foreign {

namespace {

constexpr const char* kQonnxDomains[] = {"qonnx.custom_op.general", "finn.custom_op.general",
                                         "onnx.brevitas", "qonnx.custom_op"};

Tensor zeros_like(const Tensor& step) {
    return make_tensor(ElementType::float32, step.dims, std::vector<double>(step.size(), 0.0));
}

void check_step(const Node& node, const Tensor& step) {
    const bool right = std::all_of(step.values.begin(), step.values.end(),
                                   [](double v) { return std::isfinite(v) && v > 0; });
    if (!right) fail(node, "its scale must be positive and finite");
}

void check_block(const Node& node) {
    if (int_attribute(node, "block_size", 0) != 0)
        fail(node,
             "attribute block_size: one scale for a block is not supported; one for a tensor "
             "or a channel is");
}

// The type of the codes: the zero point's, or what the attribute says, or uint8.
ElementType code_type(const Node& node, const Tensor* zero) {
    const std::int64_t said = int_attribute(node, "output_dtype", 0);
    const ElementType type = zero != nullptr ? zero->type
                             : said != 0     ? static_cast<ElementType>(said)
                                             : ElementType::uint8;
    if (!is_known(type) || is_floating(type))
        fail(node, fmt::format("its codes are of type {}; integers are supported",
                               is_known(type) ? name_of(type) : std::to_string(int(type))));
    return type;
}

double bits_of(const Graph& graph, const Node& node) {
    const Tensor& tensor = required_constant(graph, node, 3, "the bit width");
    const double bits = tensor.size() == 1 ? tensor.values[0] : 0;
    const bool same = std::all_of(tensor.values.begin(), tensor.values.end(),
                                  [&](double v) { return v == tensor.values[0]; });
    const double width = same && !tensor.values.empty() ? tensor.values[0] : bits;
    if (!(width >= 1 && width <= 32) || width != std::floor(width))
        fail(node, fmt::format("its bit width is {}; one whole number of 1 to 32 is right",
                               same && !tensor.values.empty() ? width : NAN));
    return width;
}

}  // namespace

bool is_qonnx(const Node& node, const char* op) {
    return node.op == op && std::any_of(std::begin(kQonnxDomains), std::end(kQonnxDomains),
                                        [&](const char* d) { return node.domain == d; });
}

bool is_qonnx_quant(const Node& node) {
    return is_qonnx(node, "Quant") || is_qonnx(node, "IntQuant");
}

QuantizerOp quantize_linear(const Graph& graph, const Node& node) {
    check_block(node);
    QuantizerOp q;
    q.step = required_constant(graph, node, 1, "its scale");
    check_step(node, q.step);
    const Tensor* zero =
        input_of(node, 2).empty() ? nullptr : &required_constant(graph, node, 2, "its zero point");
    q.zero = zero == nullptr ? zeros_like(q.step) : *zero;
    const IntegerRange range = range_of(code_type(node, zero));
    q.low = range.low;
    q.high = range.high;
    q.axis = int_attribute(node, "axis", 1);
    return q;
}

QuantizerOp dequantize_linear(const Graph& graph, const Node& node) {
    check_block(node);
    QuantizerOp q;
    q.step = required_constant(graph, node, 1, "its scale");
    check_step(node, q.step);
    q.zero = input_of(node, 2).empty() ? zeros_like(q.step)
                                       : required_constant(graph, node, 2, "its zero point");
    q.axis = int_attribute(node, "axis", 1);
    return q;
}

QuantizerOp qonnx_quant(const Graph& graph, const Node& node) {
    QuantizerOp q;
    q.axis = -1;  // as numpy broadcasts
    q.step = required_constant(graph, node, 1, "its scale");
    check_step(node, q.step);
    if (is_qonnx(node, "BipolarQuant")) {
        q.zero = zeros_like(q.step);
        q.low = -1;
        q.high = 1;
        q.rounding = Rounding::bipolar;
        return q;
    }
    q.zero = required_constant(graph, node, 2, "its zero point");
    const double top = std::ldexp(1.0, static_cast<int>(bits_of(graph, node)));
    const bool narrow = int_attribute(node, "narrow", 0) != 0;
    q.rounding = rounding_of(node, text_attribute(node, "rounding_mode", "ROUND"));
    if (int_attribute(node, "signed", 1) == 0) {
        q.high = top - 1 - (narrow ? 1 : 0);
    } else if (top == 2) {
        // QONNX: one signed bit is -1 and +1, whatever `narrow` says.
        q.low = -1;
        q.high = 1;
        q.rounding = Rounding::bipolar;
    } else {
        q.low = -top / 2 + (narrow ? 1 : 0);
        q.high = top / 2 - 1;
    }
    return q;
}

Tensor along_axis(const Node& node, const Tensor& parameter, std::int64_t axis, const Dims& dims) {
    if (parameter.size() == 1) {
        Tensor one = parameter;
        one.dims.clear();
        return one;
    }
    if (parameter.dims.size() != 1) return parameter;
    Dims shape(dims.size(), 1);
    if (dims.empty()) fail(node, "has several scales for one value");
    const std::size_t at = dims.size() == 1 ? 0 : checked_axis(node, axis, dims.size());
    if (dims[at] != parameter.dims[0])
        fail(node,
             fmt::format("has {} scales along axis {} of {}", parameter.dims[0], axis, text(dims)));
    shape[at] = parameter.dims[0];
    Tensor result = parameter;
    result.dims = std::move(shape);
    return result;
}

Tensor apply(const Node& node, const QuantizerOp& q, const Tensor& x, bool value) {
    const Tensor step = along_axis(node, q.step, q.axis, x.dims);
    const Tensor zero = along_axis(node, q.zero, q.axis, x.dims);
    const Dims dims = broadcast_dims(node, x.dims, broadcast_dims(node, step.dims, zero.dims));
    if (dims != x.dims) fail(node, "its scale or zero point does not fit what it quantizes");
    if (!x.has_values()) return without_values(x.type, x.dims, x.missing);
    const auto spread = [&](const Tensor& t) {
        return t.size() == 1 ? t.values : broadcast(t, x.dims).values;
    };
    const std::vector<double> steps = spread(step);
    const std::vector<double> zeros = spread(zero);
    Lattice lattice{std::vector<double>(x.size()), steps, {}};
    lattice.base.resize(std::max(steps.size(), zeros.size()));
    const auto at = [](const std::vector<double>& v, std::size_t i) {
        return v[v.size() == 1 ? 0 : i];
    };
    for (std::size_t i = 0; i < lattice.base.size(); ++i)
        lattice.base[i] = -at(steps, i) * at(zeros, i);
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(x.values[i])) fail(node, "quantizes a value that is not finite");
        const double code = rounded(x.values[i] / at(steps, i) + at(zeros, i), q.rounding);
        lattice.codes[i] = std::clamp(code, q.low, q.high);
    }
    if (value) return quantized(ElementType::float32, x.dims, std::move(lattice));
    return quantized(ElementType::int32, x.dims, {std::move(lattice.codes), {1}, {0}});
}

}  // namespace cimarron::foreign
