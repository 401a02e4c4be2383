// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/weights.h"

#include "quant/onnx/quantizers.h"
#include "quant/onnx/tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

using ::onnx::NodeProto;
using ::onnx::TensorProto;

std::vector<std::int64_t> dims_of(const TensorProto& tensor) {
    return {tensor.dims().begin(), tensor.dims().end()};
}

std::int64_t channels_of(const NodeProto& layer, const TensorProto& tensor) {
    require(tensor.dims_size() >= 1 && tensor.dims(0) > 0 && element_count(layer, tensor) > 0,
            layer, fmt::format("weight tensor {} is empty", tensor.name()));
    return tensor.dims(0);
}

// All values +1 or -1, from int8 or float.
std::vector<std::int8_t> read_signs(const NodeProto& node, const TensorProto& tensor) {
    const std::vector<float> values = read_floats(node, tensor);
    require(std::all_of(values.begin(), values.end(), [](float v) { return std::abs(v) == 1.0F; }),
            node, fmt::format("tensor {} must hold only +1 and -1", tensor.name()));
    std::vector<std::int8_t> signs(values.size());
    std::transform(values.begin(), values.end(), signs.begin(),
                   [](float v) { return static_cast<std::int8_t>(v > 0 ? 1 : -1); });
    return signs;
}

// One output channel of a plain float tensor: its two levels, and which weights have the upper one.
void read_two_values(const NodeProto& layer, const float* w, std::size_t count,
                     BinaryWeights& result) {
    const auto [low, high] = std::minmax_element(w, w + count);
    require(
        std::all_of(
            w, w + count,
            [lowest = *low, highest = *high](float v) { return v == lowest || v == highest; }),
        layer,
        "float weights must have at most two values per output channel (binary); give others as "
        "int8 with DequantizeLinear");
    const bool constant = *low == *high;
    result.alpha.push_back(constant ? std::abs(*high) : (*high - *low) / 2);
    result.beta.push_back(constant ? 0 : *low + (*high - *low) / 2);
    for (std::size_t i = 0; i < count; ++i)
        result.signs.push_back((constant ? w[i] >= 0 : w[i] == *high) ? 1 : -1);
}

BinaryWeights read_plain(const NodeProto& layer, const TensorProto& tensor) {
    const auto channels = static_cast<std::size_t>(channels_of(layer, tensor));
    const std::vector<float> values = read_floats(layer, tensor);
    const std::size_t count = values.size() / channels;
    BinaryWeights result;
    for (std::size_t o = 0; o < channels; ++o)
        read_two_values(layer, values.data() + o * count, count, result);
    return result;
}

IntegerWeights integers(const NodeProto& node, const std::vector<float>& values, int bits,
                        std::vector<float> scale) {
    IntegerWeights result;
    result.bits = bits;
    result.scale = reals(scale);
    require(
        std::all_of(values.begin(), values.end(), [](float v) { return v >= -128 && v <= 127; }),
        node, "weights must fit 8 signed bits");
    result.values.assign(values.size(), 0);
    std::transform(values.begin(), values.end(), result.values.begin(),
                   [](float v) { return static_cast<std::int8_t>(v); });
    return result;
}

void require_channel_axis(const OnnxGraph& graph, const NodeProto& node) {
    require(int_attribute(node, "axis", 1) == 0 ||
                element_count(node, constant_input(graph, node, 1, "the scale")) == 1,
            node, "weights must be scaled along axis 0");
}

std::vector<float> positive(const NodeProto& node, std::vector<float> scale) {
    require(std::all_of(scale.begin(), scale.end(), [](float s) { return s > 0; }), node,
            "a weight's scale must be positive");
    return scale;
}

// [QuantizeLinear ->] [Clip ->] DequantizeLinear over a constant.
OnnxWeights read_dequantized(const OnnxGraph& graph, const NodeProto& node) {
    require_inputs(node, 2, 3);
    require_attributes(node, {"axis"});
    require_channel_axis(graph, node);
    require_zero_point(graph, node, 2);
    const WeightRange range = read_weight_range(graph, node);
    const TensorProto& tensor = *range.tensor;
    const std::int64_t channels = channels_of(node, tensor);
    std::vector<float> scale = channel_input(graph, node, 1, channels, 1, "the scale");
    std::vector<float> values = read_floats(node, tensor);
    if (range.quantize != nullptr) {
        require_channel_axis(graph, *range.quantize);
        const auto step =
            positive(node, channel_input(graph, *range.quantize, 1, channels, 1, "the scale"));
        const std::size_t count = values.size() / step.size();
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = std::nearbyint(values[i] / step[i / count]);
    } else {
        require(tensor.data_type() == TensorProto::INT8, node,
                fmt::format("weight tensor {} must be int8", tensor.name()));
    }
    for (float& v : values) v = std::clamp(v, range.low, range.high);
    return {dims_of(tensor), integers(node, values, range.bits, std::move(scale))};
}

// QONNX Quant over a float constant: value = clamp(round(w / scale)) * scale.
OnnxWeights read_quant(const OnnxGraph& graph, const NodeProto& node) {
    const QonnxQuant quant = read_qonnx_quant(graph, node);
    require(quant.is_signed && quant.bits >= 2 && quant.bits <= 8, node,
            "weights must be signed, of 2 to 8 bits (1 bit: BipolarQuant)");
    const TensorProto& tensor = constant_input(graph, node, 0, "the weight");
    std::vector<float> scale = positive(
        node,
        channel_input(graph, node, 1, channels_of(node, tensor), tensor.dims_size(), "the scale"));
    std::vector<float> values = read_floats(node, tensor);
    const std::size_t count = values.size() / scale.size();
    const float high = std::ldexp(1.0F, quant.bits - 1) - 1;
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::clamp(std::nearbyint(values[i] / scale[i / count]),
                               quant.narrow ? -high : -high - 1, high);
    return {dims_of(tensor), integers(node, values, quant.bits, std::move(scale))};
}

OnnxWeights read_bipolar(const OnnxGraph& graph, const NodeProto& node) {
    require_inputs(node, 2, 2);
    require_attributes(node, {});
    const TensorProto& tensor = constant_input(graph, node, 0, "the weight");
    const std::int64_t channels = channels_of(node, tensor);
    BinaryWeights result;
    result.alpha = reals(channel_input(graph, node, 1, channels, tensor.dims_size(), "the scale"));
    result.beta.assign(result.alpha.size(), 0.0);
    for (float v : read_floats(node, tensor)) result.signs.push_back(v >= 0 ? 1 : -1);
    return {dims_of(tensor), std::move(result)};
}

// Splits a Mul or Add into the large operand and the small constant; they may stand either way
// round.
struct Scaled {
    std::string large;
    int constant_index = 1;
};
Scaled split(const OnnxGraph& graph, const NodeProto& node) {
    require_inputs(node, 2, 2);
    require_attributes(node, {});
    const TensorProto* left = graph.constant(node.input(0));
    const TensorProto* right = graph.constant(node.input(1));
    const bool first = left != nullptr && (right == nullptr || element_count(node, *left) <
                                                                   element_count(node, *right));
    return first ? Scaled{node.input(1), 0} : Scaled{node.input(0), 1};
}

// signs -> [Cast ->] Mul(alpha) [-> Add(beta)]; `node` is the Mul or the Add.
OnnxWeights read_scaled_signs(const OnnxGraph& graph, const NodeProto& node) {
    const NodeProto* mul = &node;
    const NodeProto* add = nullptr;
    if (node.op_type() == "Add") {
        add = &node;
        mul = graph.producer(split(graph, node).large);
        require(mul != nullptr && mul->op_type() == "Mul", node,
                "a weight's Add must follow the Mul that scales its signs");
    }
    const Scaled scaled = split(graph, *mul);
    const TensorProto* tensor = graph.constant(scaled.large);
    if (tensor == nullptr) {
        const NodeProto* cast = graph.producer(scaled.large);
        require(cast != nullptr && cast->op_type() == "Cast", *mul,
                "a weight's Mul must scale a constant tensor of +1 and -1, or its Cast");
        require_inputs(*cast, 1, 1);
        require_attributes(*cast, {"to"});
        require(int_attribute(*cast, "to", 0) == TensorProto::FLOAT, *cast,
                "a weight must be cast to float");
        tensor = &constant_input(graph, *cast, 0, "the weight");
    }
    const std::int64_t channels = channels_of(node, *tensor);
    BinaryWeights result;
    result.signs = read_signs(*mul, *tensor);
    const int rank = tensor->dims_size();
    result.alpha =
        reals(channel_input(graph, *mul, scaled.constant_index, channels, rank, "the scale"));
    result.beta.assign(result.alpha.size(), 0.0);
    if (add != nullptr)
        result.beta = reals(channel_input(graph, *add, split(graph, *add).constant_index, channels,
                                          rank, "the offset"));
    return {dims_of(*tensor), std::move(result)};
}

}  // namespace

OnnxWeights read_weights(const OnnxGraph& graph, const NodeProto& layer) {
    const std::string& name = input_name(layer, 1);
    if (const TensorProto* tensor = graph.constant(name))
        return {dims_of(*tensor), read_plain(layer, *tensor)};
    const NodeProto* node = graph.producer(name);
    require(node != nullptr, layer, fmt::format("weight tensor {} is not defined", name));
    const std::string& op = node->op_type();
    if (op == "DequantizeLinear") return read_dequantized(graph, *node);
    if (op == "Mul" || op == "Add") return read_scaled_signs(graph, *node);
    if (op == "Quant" && is_qonnx(*node)) return read_quant(graph, *node);
    if (op == "BipolarQuant" && is_qonnx(*node)) return read_bipolar(graph, *node);
    fail(layer, fmt::format("weight {} comes from {}; DequantizeLinear, Mul, Add, Quant and "
                            "BipolarQuant are supported",
                            name, op));
}

}  // namespace cimarron
