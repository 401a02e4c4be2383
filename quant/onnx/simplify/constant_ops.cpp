// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/constant_ops.h"

#include "common/error.h"
#include "quant/onnx/simplify/constant_math.h"
#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/quantizer_ops.h"
#include "quant/onnx/simplify/reductions.h"
#include "quant/onnx/simplify/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace cimarron::foreign {

namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 22;  // that a node makes of less

Tensor cast(const Node& node, const Tensor& x, ElementType type) {
    if (!is_known(type)) fail(node, "casts to a type that is not supported");
    Tensor result = x;
    if (!is_floating(x.type) && x.type != ElementType::boolean) result = with_integer_lattice(x);
    if (!is_floating(type) && is_floating(x.type) && x.has_values()) {
        result = unary(x, [&](double v) {
            return type == ElementType::boolean ? double(v != 0) : std::trunc(v);
        });
        result = with_integer_lattice(std::move(result));
    }
    result.type = type;
    return result;
}

Tensor constant(const Node& node) {
    for (const auto& [name, value] : node.attributes) {
        if (const auto* tensor = std::get_if<Tensor>(&value)) return *tensor;
        if (const auto* one = std::get_if<std::int64_t>(&value))
            return make_tensor(ElementType::int64, {}, {static_cast<double>(*one)});
        if (const auto* one = std::get_if<double>(&value)) return scalar(*one);
        if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
            return integers(*list);
        if (const auto* list = std::get_if<std::vector<double>>(&value))
            return make_tensor(ElementType::float32, {static_cast<std::int64_t>(list->size())},
                               *list);
        return without_values(ElementType::text, {}, "it holds text");
    }
    fail(node, "has no value");
}

Dims dims_from(const Node& node, const Tensor& shape) {
    if (!shape.has_values()) fail(node, "its shape has no values");
    return Dims(shape.values.begin(), shape.values.end());
}

// Weights that nobody ships are often filled: kept as a shape when they are many.
Tensor constant_of_shape(const Node& node, const Tensor& shape) {
    constexpr std::int64_t kFew = 64;
    const auto found = node.attributes.find("value");
    const auto* value =
        found == node.attributes.end() ? nullptr : std::get_if<Tensor>(&found->second);
    const ElementType type = value == nullptr ? ElementType::float32 : value->type;
    const Dims dims = dims_from(node, shape);
    const std::int64_t count = element_count(dims);
    if (count > kFew && is_floating(type))
        return without_values(type, dims, "a ConstantOfShape fills them with one number");
    if (count > kMostElements) fail(node, "makes too many values");
    const double fill = value == nullptr || value->values.empty() ? 0 : value->values[0];
    return make_tensor(type, dims, std::vector<double>(static_cast<std::size_t>(count), fill));
}

Tensor concat(const Node& node, const Inputs& in) {
    const Tensor& first = input(node, in, 0);
    if (first.dims.empty()) fail(node, "joins single values");
    const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 0), first.dims.size());
    Dims dims = first.dims;
    dims[axis] = 0;
    bool lattice = true;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const Tensor& x = input(node, in, i);
        if (x.dims.size() != dims.size()) fail(node, "joins tensors of different ranks");
        for (std::size_t d = 0; d < dims.size(); ++d)
            if (d != axis && x.dims[d] != first.dims[d])
                fail(node, fmt::format("joins {} and {}", text(first.dims), text(x.dims)));
        dims[axis] += x.dims[axis];
        lattice = lattice && x.lattice;
        if (!x.has_values()) return without_values(first.type, first.dims, x.missing);
    }
    const std::int64_t outer =
        element_count(Dims(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(axis)));
    std::vector<double> values;
    Lattice joined{{}, {}, {}};
    for (std::int64_t o = 0; o < outer; ++o)
        for (const Tensor* x : in) {
            const std::size_t block = x->size() / static_cast<std::size_t>(outer);
            for (std::size_t i = static_cast<std::size_t>(o) * block;
                 i < static_cast<std::size_t>(o + 1) * block; ++i) {
                values.push_back(x->values[i]);
                if (!lattice) continue;
                joined.codes.push_back(x->lattice->codes[i]);
                joined.step.push_back(x->lattice->step_at(i));
                joined.base.push_back(x->lattice->base_at(i));
            }
        }
    Tensor result = make_tensor(first.type, dims, std::move(values));
    if (lattice && !joined.codes.empty())
        result.lattice = std::make_shared<Lattice>(std::move(joined));
    return result;
}

Tensor shape_of(const Node& node, const Dims& dims) {
    const auto rank = static_cast<std::int64_t>(dims.size());
    const auto wrap = [&](std::int64_t v) {
        return std::clamp<std::int64_t>(v < 0 ? v + rank : v, 0, rank);
    };
    const std::int64_t start = wrap(int_attribute(node, "start", 0));
    const std::int64_t end = std::max(start, wrap(int_attribute(node, "end", rank)));
    return integers(Dims(dims.begin() + start, dims.begin() + end));
}

std::optional<Tensor> evaluate_one(const Graph& graph, const Node& node, const Inputs& in) {
    if (is_qonnx_quant(node) || is_qonnx(node, "BipolarQuant"))
        return apply(node, qonnx_quant(graph, node), input(node, in, 0), true);
    if (is_own(node, "Weights")) {
        const Tensor& codes = input(node, in, 0);
        const Tensor& step = input(node, in, 1);
        const Tensor& base = input(node, in, 2);
        for (const Tensor* t : {&step, &base})
            if (!t->has_values() || (t->size() != 1 && t->size() != codes.size()))
                fail(node, "its steps and bases do not fit its codes");
        return quantized(ElementType::float32, codes.dims,
                         {codes.values, step.values, base.values});
    }
    if (!node.domain.empty()) return std::nullopt;
    if (node.op == "Constant") return constant(node);
    if (node.op == "Shape") return shape_of(node, input(node, in, 0).dims);
    if (node.op == "Size")
        return make_tensor(ElementType::int64, {},
                           {static_cast<double>(element_count(input(node, in, 0).dims))});
    if (node.op == "Cast")
        return cast(node, input(node, in, 0),
                    static_cast<ElementType>(int_attribute(node, "to", 1)));
    if (node.op == "CastLike") return cast(node, input(node, in, 0), input(node, in, 1).type);
    if (node.op == "QuantizeLinear")
        return apply(node, quantize_linear(graph, node), input(node, in, 0), false);
    if (node.op == "DequantizeLinear") {
        QuantizerOp q = dequantize_linear(graph, node);
        q.low = -HUGE_VAL;
        q.high = HUGE_VAL;
        const Tensor& codes = input(node, in, 0);
        if (!codes.has_values())
            return without_values(ElementType::float32, codes.dims, codes.missing);
        const Tensor step = along_axis(node, q.step, q.axis, codes.dims);
        const Tensor zero = along_axis(node, q.zero, q.axis, codes.dims);
        Tensor real = with_integer_lattice(codes);
        real.type = ElementType::float32;
        return scaled(node, shifted(node, real, unary(zero, [](double v) { return -v; })), step);
    }
    if (is_view(node)) {
        const Tensor& x = input(node, in, 0);
        const auto dims = view_dims(graph, node, x.dims);
        if (!dims) return std::nullopt;
        if (!x.has_values()) return without_values(x.type, *dims, x.missing);
        if (element_count(*dims) > std::max<std::int64_t>(kMostElements, element_count(x.dims)))
            fail(node, "makes too many values");
        const double fill =
            node.op == "Pad" && in.size() > 2 && in[2] != nullptr && in[2]->size() == 1
                ? in[2]->values[0]
                : 0;
        if (node.op == "Pad" && text_attribute(node, "mode", "constant") != "constant")
            return std::nullopt;
        return moved(x, *dims, view_sources(graph, node, x.dims), fill);
    }
    if (is_reduction(node)) return reduce(graph, node, input(node, in, 0));
    if (node.op == "ConstantOfShape") return constant_of_shape(node, input(node, in, 0));
    if (node.op == "Concat") return concat(node, in);
    return evaluate_math(node, in);
}

// Parts of a constant, as Slices of it.
std::vector<Tensor> split(const Graph& graph, const Node& node, const Tensor& x) {
    const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 0), x.dims.size());
    const auto outputs = static_cast<std::int64_t>(node.outputs.size());
    const Tensor* sizes = constant_input(graph, node, 1);
    std::vector<Tensor> parts;
    std::int64_t start = 0;
    for (std::int64_t i = 0; i < outputs; ++i) {
        const std::int64_t even = (x.dims[axis] + outputs - 1) / outputs;
        const auto at = static_cast<std::size_t>(i);
        const std::int64_t size = sizes == nullptr || at >= sizes->size()
                                      ? std::min(even, x.dims[axis] - start)
                                      : static_cast<std::int64_t>(sizes->values[at]);
        if (size < 0 || start + size > x.dims[axis]) fail(node, "its parts do not fit");
        Dims dims = x.dims;
        dims[axis] = size;
        const std::int64_t inner = strides_of(x.dims)[axis];
        std::vector<std::int64_t> sources;
        for (std::int64_t k = 0; k < (x.has_values() ? element_count(dims) : 0); ++k) {
            const std::int64_t block = size * inner;
            sources.push_back(k / block * x.dims[axis] * inner + start * inner + k % block);
        }
        parts.push_back(moved(x, dims, sources));
        start += size;
    }
    return parts;
}

}  // namespace

std::optional<std::vector<Tensor>> evaluate(const Graph& graph, const Node& node) {
    Inputs in;
    for (const std::string& name : node.inputs)
        in.push_back(name.empty() ? nullptr : &graph.constants.at(name));
    if (is_standard(node, "Split")) return split(graph, node, input(node, in, 0));
    auto one = evaluate_one(graph, node, in);
    if (!one) return std::nullopt;
    std::vector<Tensor> outputs(std::max<std::size_t>(1, node.outputs.size()), *one);
    return outputs;
}

}  // namespace cimarron::foreign
