// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers/forms.h"
#include "quant/onnx/quantizers/quantize_node.h"
#include "quant/onnx/simplify/dense_weights.h"
#include "quant/onnx/simplify/elementwise.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron::foreign {

namespace {

// Scale and zero point at two inputs; a scale of 1 where `scale` is 0.
QuantizerOp parameters(const Graph& graph, const Node& node, std::size_t scale, std::size_t zero,
                       std::int64_t axis) {
    QuantizerOp q;
    q.step = scale == 0 ? cimarron::foreign::scalar(1)
                        : required_constant(graph, node, scale, "its scale");
    q.zero = input_of(node, zero).empty() ? cimarron::foreign::scalar(0)
                                          : required_constant(graph, node, zero, "its zero point");
    q.axis = axis;
    return q;
}

class IntegerOperator {
public:
    IntegerOperator(Graph& graph, const Node& node, Emitter& emit)
        : graph_(graph), node_(node), emit_(emit), dims_(graph.shapes.at(node.outputs[0])) {}

    std::string real(std::size_t x, std::size_t scale, std::size_t zero) {
        const Dims* dims = input_dims(graph_, node_, x);
        if (dims == nullptr) fail(node_, "reads a tensor of unknown shape");
        return emit_dequantize(node_, emit_, node_.inputs[x],
                               parameters(graph_, node_, scale, zero, 1), *dims);
    }

    // The weights, real and quantized, as a constant.
    std::string weights(std::size_t w, std::size_t scale, std::size_t zero, std::int64_t axis) {
        const Tensor& codes = required_constant(graph_, node_, w, "the weights");
        const QuantizerOp q = parameters(graph_, node_, scale, zero, axis);
        const Tensor step = along_axis(node_, q.step, axis, codes.dims);
        const Tensor offset =
            unary(along_axis(node_, q.zero, axis, codes.dims), [](double z) { return -z; });
        const Tensor whole = quantized(ElementType::float32, codes.dims, {codes.values, {1}, {0}});
        return emit_.constant(scaled(node_, shifted(node_, whole, offset), step));
    }

    // A bias in units of the product of two scales.
    std::string bias(std::size_t b, std::size_t x_scale, std::size_t w_scale, double factor) {
        const Tensor& values = required_constant(graph_, node_, b, "the bias");
        const Tensor& x = required_constant(graph_, node_, x_scale, "its scale");
        const Tensor& w = required_constant(graph_, node_, w_scale, "its scale");
        const auto product = [](double p, double q) { return p * q; };
        Tensor flat = w;
        if (flat.size() == 1) flat.dims = {1};
        Tensor unit = binary(node_, flat, x, product);
        unit = unary(unit, [factor](double v) { return v * factor; });
        return emit_.constant(binary(node_, values, unit, product));
    }

    // The output's codes; the real values when it has no scale.
    void finish(const std::string& y, std::size_t scale, std::size_t zero) {
        if (input_of(node_, scale).empty()) return emit_.finish(y);
        QuantizerOp q = parameters(graph_, node_, scale, zero, 1);
        const IntegerRange range =
            range_of(input_of(node_, zero).empty() ? ElementType::uint8 : q.zero.type);
        q.low = range.low;
        q.high = range.high;
        emit_.finish(emit_codes(node_, emit_, y, q, dims_));
    }

    std::string convolved(const std::string& x, const std::string& w, const std::string& bias) {
        std::vector<std::string> inputs{x, w};
        if (!bias.empty()) inputs.push_back(bias);
        const std::string y = emit_.standard("Conv", inputs, dims_);
        emit_.last().attributes = node_.attributes;
        return y;
    }

    const Dims& dims() const { return dims_; }

private:
    Graph& graph_;
    const Node& node_;
    Emitter& emit_;
    const Dims dims_;
};

bool replace_standard(Graph& graph, const Node& node, Emitter& emit) {
    IntegerOperator op(graph, node, emit);
    if (node.op == "QLinearConv") {
        const std::string bias = input_of(node, 8).empty() ? "" : op.bias(8, 1, 4, 1);
        op.finish(op.convolved(op.real(0, 1, 2), op.weights(3, 4, 5, 0), bias), 6, 7);
    } else if (node.op == "ConvInteger") {
        emit.finish(op.convolved(op.real(0, 0, 2), op.weights(1, 0, 3, 0), ""));
    } else if (node.op == "QLinearMatMul") {
        op.finish(emit.standard("MatMul", {op.real(0, 1, 2), op.weights(3, 4, 5, -1)}, op.dims()),
                  6, 7);
    } else if (node.op == "MatMulInteger") {
        emit.finish(
            emit.standard("MatMul", {op.real(0, 0, 2), op.weights(1, 0, 3, -1)}, op.dims()));
    } else {
        return false;
    }
    return true;
}

bool replace_microsoft(Graph& graph, const Node& node, Emitter& emit) {
    IntegerOperator op(graph, node, emit);
    if (node.op == "QGemm") {
        const bool transposed = int_attribute(node, "transB", 0) != 0;
        const double alpha = float_attribute(node, "alpha", 1);
        const std::string x = op.real(0, 1, 2);
        const std::string w = op.weights(3, 4, 5, transposed ? 0 : 1);
        std::vector<std::string> inputs{x, w};
        if (!input_of(node, 6).empty()) inputs.push_back(op.bias(6, 1, 4, alpha));
        const std::string y = emit.standard("Gemm", inputs, op.dims());
        for (const char* name : {"transA", "transB", "alpha"})
            if (node.attributes.count(name) != 0)
                emit.last().attributes[name] = node.attributes.at(name);
        op.finish(y, 7, 8);
    } else if (node.op == "QLinearAdd") {
        op.finish(emit.standard("Add", {op.real(0, 1, 2), op.real(3, 4, 5)}, op.dims()), 6, 7);
    } else if (node.op == "QLinearGlobalAveragePool" || node.op == "QLinearAveragePool") {
        if (int_attribute(node, "channels_last", 0) != 0)
            fail(node, "attribute channels_last = 1 is not supported");
        const bool global = node.op == "QLinearGlobalAveragePool";
        const std::string y = emit.standard(global ? "GlobalAveragePool" : "AveragePool",
                                            {op.real(0, 1, 2)}, op.dims());
        emit.last().attributes = node.attributes;
        op.finish(y, 3, 4);
    } else if (node.op == "QLinearLeakyRelu") {
        const std::string y = emit.standard("LeakyRelu", {op.real(0, 1, 2)}, op.dims());
        emit.last().attributes = node.attributes;
        op.finish(y, 3, 4);
    } else if (node.op == "QLinearConcat") {
        std::vector<std::string> parts;
        for (std::size_t i = 2; i + 2 < node.inputs.size() + 1; i += 3)
            parts.push_back(op.real(i, i + 1, i + 2));
        const std::string y = emit.standard("Concat", parts, op.dims());
        emit.last().attributes = node.attributes;
        op.finish(y, 0, 1);
    } else {
        return false;
    }
    return true;
}

}  // namespace

bool replace_integer_operator(Graph& graph, const Node& node, Emitter& emit) {
    if (node.domain.empty()) return replace_standard(graph, node, emit);
    return node.domain == "com.microsoft" && replace_microsoft(graph, node, emit);
}

}  // namespace cimarron::foreign
