// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/layers.h"

#include "common/error.h"
#include "quant/onnx/graph/emitter.h"
#include "quant/onnx/simplify/channels.h"
#include "quant/onnx/simplify/dense_weights.h"
#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/reductions.h"
#include "quant/onnx/simplify/shapes.h"
#include "quant/onnx/simplify/simplify.h"
#include "quant/onnx/simplify/windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron::foreign {

namespace {

bool is_one_of(const Node& node, std::initializer_list<const char*> ops) {
    return std::any_of(ops.begin(), ops.end(),
                       [&](const char* op) { return is_standard(node, op); });
}

class Layers {
public:
    Layers(Graph& graph, Changes& changes) : graph_(graph), changes_(changes) {}

    void run() {
        std::vector<Node> nodes = std::move(graph_.nodes);
        for (Node& node : nodes) {
            const bool known = !node.outputs.empty() && graph_.shapes.count(node.outputs[0]) != 0 &&
                               input_dims(graph_, node, 0) != nullptr;
            if (!known || !replace(node)) result_.push_back(std::move(node));
        }
        graph_.nodes = std::move(result_);
        sort_nodes(graph_);
    }

private:
    bool replace(const Node& node) {
        Emitter emit(graph_, result_, node);
        if (is_standard(node, "Conv")) return convolution(node, emit);
        if (is_one_of(node, {"MatMul", "Gemm"})) return dense(node, emit);
        if (is_standard(node, "BatchNormalization")) return batch_norm(node, emit);
        if (is_one_of(node, {"Add", "Sub", "Mul", "Div", "Neg"})) return affine(node, emit);
        if (is_one_of(node, {"Relu", "Clip", "Min", "Max"})) return clip(node, emit);
        if (is_one_of(node, {"MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"}))
            return pool(node, emit);
        if (is_reduction(node)) return reduction(node, emit);
        return false;
    }

    const Dims& out_dims(const Node& node) const { return graph_.shapes.at(node.outputs[0]); }

    // A bias of one number or one for each channel.
    Tensor channel_constant(const Node& node, std::size_t i, const Dims& dims, const char* what) {
        const Tensor* tensor = constant_input(graph_, node, i);
        if (tensor == nullptr) fail(node, fmt::format("{} must be a constant", what));
        Tensor flat = *tensor;
        if (flat.dims.size() == 1 && dims.size() == 4) flat.dims = {flat.dims[0], 1, 1};
        auto values = per_channel(flat, dims);
        const std::int64_t size = element_count(tensor->dims);
        if (!values || (size != 1 && size != channels_of(dims)))
            fail(node, fmt::format("{} has the shape {}, one for each of {} channels is right",
                                   what, text(tensor->dims), channels_of(dims)));
        return *values;
    }

    std::string biased(const Node& node, std::size_t input, const std::string& sum,
                       const Dims& dims, double factor, Emitter& emit) {
        if (input_of(node, input).empty()) return sum;
        Tensor bias = channel_constant(node, input, dims, "the bias");
        bias = unary(bias, [factor](double v) { return v * factor; });
        return emit.affine(sum, scalar(1), std::move(bias), dims);
    }

    bool convolution(const Node& node, Emitter& emit) {
        const Tensor* weights = constant_input(graph_, node, 1);
        if (weights == nullptr) return false;
        const SpatialWindow w =
            window_of(node, *input_dims(graph_, node, 0), {weights->dims[2], weights->dims[3]});
        std::string kernel = node.inputs[1];
        SpatialWindow dense = w;
        if (w.dilation != std::vector<std::int64_t>{1, 1}) {
            Tensor wide = dilated(node, *weights, w.dilation);
            dense.kernel = {wide.dims[2], wide.dims[3]};
            dense.dilation = {1, 1};
            kernel = emit.constant(std::move(wide));
            changes_.note("layers", "dilated kernel written with zeros");
        }
        const Dims& dims = out_dims(node);
        const std::string sum = emit.standard("Conv", {node.inputs[0], kernel}, dims);
        emit.last().attributes["group"] = int_attribute(node, "group", 1);
        set_window(emit.last(), dense);
        if (text_attribute(node, "auto_pad", "NOTSET") != "NOTSET")
            changes_.note("layers", "auto_pad written as pads");
        emit.finish(biased(node, 2, sum, dims, 1, emit));
        return true;
    }

    bool dense(const Node& node, Emitter& emit) {
        const Tensor* weights = constant_input(graph_, node, 1);
        const Dims& in = *input_dims(graph_, node, 0);
        const bool gemm = node.op == "Gemm";
        if (weights == nullptr || in.size() != 2 || weights->dims.size() != 2 ||
            (gemm && int_attribute(node, "transA", 0) != 0))
            return false;
        const bool transposed = gemm && int_attribute(node, "transB", 0) != 0;
        const double alpha = gemm ? float_attribute(node, "alpha", 1) : 1;
        const double beta = gemm ? float_attribute(node, "beta", 1) : 1;
        std::string matrix = node.inputs[1];
        if (!transposed) matrix = emit.constant(transpose(*weights));
        if (!gemm) changes_.note("layers", "MatMul is a dense layer");
        if (gemm && !transposed) changes_.note("layers", "weights of a Gemm transposed");
        const Dims& dims = out_dims(node);
        std::string sum = emit.standard("Gemm", {node.inputs[0], matrix}, dims);
        emit.last().attributes["transB"] = std::int64_t{1};
        sum = emit.affine(sum, scalar(alpha), scalar(0), dims);
        emit.finish(gemm ? biased(node, 2, sum, dims, beta, emit) : sum);
        return true;
    }

    bool batch_norm(const Node& node, Emitter& emit) {
        const Dims& dims = out_dims(node);
        if (int_attribute(node, "training_mode", 0) != 0 || int_attribute(node, "spatial", 1) == 0)
            fail(node, "only inference over channels is supported (training_mode = 0)");
        const auto channels = static_cast<std::size_t>(channels_of(dims));
        const auto read = [&](std::size_t i, const char* what) {
            const Tensor& tensor = required_constant(graph_, node, i, what);
            if (tensor.size() != channels)
                fail(node, fmt::format("{} has {} values, one per channel ({}) is right", what,
                                       tensor.size(), channels));
            return tensor.values;
        };
        for (std::size_t i = 1; i < 5; ++i)
            if (const Tensor* tensor = constant_input(graph_, node, i);
                tensor && !tensor->has_values()) {
                emit.finish(emit.affine(node.inputs[0], *tensor, *tensor, dims));
                return true;
            }
        const auto gamma = read(1, "the scale");
        const auto beta = read(2, "the offset");
        const auto mean = read(3, "the mean");
        const auto variance = read(4, "the variance");
        const double epsilon = float_attribute(node, "epsilon", static_cast<double>(1e-5F));
        std::vector<double> gain(channels);
        std::vector<double> offset(channels);
        for (std::size_t c = 0; c < channels; ++c) {
            if (!(variance[c] + epsilon > 0))
                fail(node, "batch-norm variance + epsilon must be positive");
            gain[c] = gamma[c] / std::sqrt(variance[c] + epsilon);
            offset[c] = beta[c] - gain[c] * mean[c];
        }
        const Dims list{static_cast<std::int64_t>(channels)};
        emit.finish(emit.affine(node.inputs[0], make_tensor(ElementType::float64, list, gain),
                                make_tensor(ElementType::float64, list, offset), dims));
        if (is_own(result_.back(), "Affine")) {
            for (std::size_t i = 1; i < 5; ++i)
                result_.back().attributes[kBatchNormParts[i - 1]] =
                    *constant_input(graph_, node, i);
            result_.back().attributes["epsilon"] = epsilon;
        }
        changes_.note("layers", "BatchNormalization is gain and offset");
        return true;
    }

    // A constant joined with a tensor that depends on the image.
    bool affine(const Node& node, Emitter& emit) {
        const Dims& dims = out_dims(node);
        if (node.op == "Neg") {
            emit.finish(emit.affine(node.inputs[0], scalar(-1), scalar(0), dims));
            return true;
        }
        if (node.inputs.size() != 2) return false;
        const std::size_t at = constant_input(graph_, node, 0) != nullptr ? 0 : 1;
        const Tensor* constant = constant_input(graph_, node, at);
        const std::string& x = node.inputs[1 - at];
        const Dims* in = input_dims(graph_, node, 1 - at);
        if (constant == nullptr || in == nullptr || *in != dims || (node.op == "Div" && at == 0))
            return false;
        const auto value = per_channel(*constant, dims);
        if (!value) return false;
        const auto negative = [](double v) { return -v; };
        const auto inverse = [](double v) { return 1 / v; };
        if (node.op == "Add") emit.finish(emit.affine(x, scalar(1), *value, dims));
        if (node.op == "Sub" && at == 1)
            emit.finish(emit.affine(x, scalar(1), unary(*value, negative), dims));
        if (node.op == "Sub" && at == 0) emit.finish(emit.affine(x, scalar(-1), *value, dims));
        if (node.op == "Mul") emit.finish(emit.affine(x, *value, scalar(0), dims));
        if (node.op == "Div") emit.finish(emit.affine(x, unary(*value, inverse), scalar(0), dims));
        changes_.note("layers", node.op + " of a constant is gain and offset");
        return true;
    }

    bool clip(const Node& node, Emitter& emit) {
        double low = -HUGE_VAL;
        double high = HUGE_VAL;
        std::string x = node.inputs[0];
        const auto bound = [&](std::size_t i, double missing) {
            if (input_of(node, i).empty()) return missing;
            const Tensor& tensor = required_constant(graph_, node, i, "its bound");
            const auto value = per_channel(tensor, {});
            if (!value || value->size() != 1 || std::isnan(value->values[0]))
                fail(node, "must clip all channels at the same number");
            return value->values[0];
        };
        if (node.op == "Relu") low = 0;
        if (node.op == "Clip") {
            low = bound(1, low);
            high = bound(2, high);
        }
        if (node.op == "Min" || node.op == "Max") {
            if (node.inputs.size() != 2) return false;
            const std::size_t at = constant_input(graph_, node, 0) != nullptr ? 0 : 1;
            if (constant_input(graph_, node, at) == nullptr) return false;
            x = node.inputs[1 - at];
            (node.op == "Min" ? high : low) = bound(at, 0);
        }
        if (low > high) fail(node, "its bounds are reversed");
        const std::string result = emit.own("Clip", {x}, out_dims(node));
        emit.last().attributes["low"] = low;
        emit.last().attributes["high"] = high;
        emit.finish(result);
        return true;
    }

    bool pool(const Node& node, Emitter& emit) {
        const Dims& in = *input_dims(graph_, node, 0);
        const bool global = node.op.rfind("Global", 0) == 0;
        const bool average = node.op.find("Average") != std::string::npos;
        if (in.size() != 4) return false;
        SpatialWindow w;
        if (global)
            w = {{in[2], in[3]}, {1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, false};
        else
            w = window_of(node, in, {});
        if (w.dilation != std::vector<std::int64_t>{1, 1})
            fail(node, "dilations of a pooling are not supported");
        const bool padded = std::any_of(w.pads.begin(), w.pads.end(), [](auto p) { return p > 0; });
        if (average && padded && (w.ceil_adds || int_attribute(node, "count_include_pad", 0) == 0))
            fail(node, w.ceil_adds
                           ? "ceil_mode adds windows that are averaged over fewer pixels, which "
                             "is not supported"
                           : "padded average pooling must count the padding "
                             "(count_include_pad = 1)");
        const std::string result =
            emit.standard(average ? "AveragePool" : "MaxPool", {node.inputs[0]}, out_dims(node));
        set_window(emit.last(), w);
        if (average) emit.last().attributes["count_include_pad"] = std::int64_t{1};
        if (int_attribute(node, "pads_are_zeros", 0) != 0)
            emit.last().attributes["pads_are_zeros"] = std::int64_t{1};
        if (global) changes_.note("layers", node.op + " is a window over the whole image");
        emit.finish(result);
        return true;
    }

    // Over the pixels of an image: a pooling, perhaps without the axes of one element.
    bool reduction(const Node& node, Emitter& emit) {
        const Dims& in = *input_dims(graph_, node, 0);
        const auto axes = reduced_axes(graph_, node, in.size());
        const bool mean = node.op == "ReduceMean" || node.op == "ReduceSum";
        if (in.size() != 4 || axes != std::vector<std::size_t>{2, 3} ||
            !(mean || node.op == "ReduceMax"))
            return false;
        const SpatialWindow w{{in[2], in[3]}, {1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, false};
        const Dims pooled{in[0], in[1], 1, 1};
        std::string result =
            emit.standard(mean ? "AveragePool" : "MaxPool", {node.inputs[0]}, pooled);
        set_window(emit.last(), w);
        if (node.op == "ReduceSum")
            result =
                emit.affine(result, scalar(static_cast<double>(in[2] * in[3])), scalar(0), pooled);
        const Dims& dims = out_dims(node);
        if (dims != pooled)
            result = emit.standard("Reshape", {result, emit.constant(integers(dims))}, dims);
        changes_.note("layers", node.op + " is a pooling over the whole image");
        emit.finish(result);
        return true;
    }

    Graph& graph_;
    Changes& changes_;
    std::vector<Node> result_;
};

}  // namespace

void unify_layers(Graph& graph, Changes& changes) {
    Layers(graph, changes).run();
}

}  // namespace cimarron::foreign
