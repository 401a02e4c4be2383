// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers.h"

#include "quant/onnx/tensor.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

using ::onnx::NodeProto;
using ::onnx::TensorProto;

int whole_number(const NodeProto& node, float value, const char* what) {
    require(value == std::floor(value) && std::abs(value) <= 32768, node,
            fmt::format("{} is {}, which is out of range", what, value));
    return static_cast<int>(value);
}

struct Bounds {
    int low;
    int high;
};
Bounds clip_bounds(const OnnxGraph& graph, const NodeProto& clip, Bounds missing) {
    require_inputs(clip, 1, 3);
    require_attributes(clip, {});
    Bounds bounds = missing;
    if (!input_name(clip, 1).empty())
        bounds.low = whole_number(clip, scalar_input(graph, clip, 1, "min"), "min");
    if (!input_name(clip, 2).empty())
        bounds.high = whole_number(clip, scalar_input(graph, clip, 2, "max"), "max");
    return bounds;
}

float step_of(const OnnxGraph& graph, const NodeProto& node) {
    const float step = scalar_input(graph, node, 1, "the scale");
    require(step > 0, node, fmt::format("the scale is {}, it must be positive", step));
    return step;
}

// Codes must be unsigned with zero point 0; without a zero point they are uint8.
void require_unsigned(const OnnxGraph& graph, const NodeProto& node) {
    require_zero_point(graph, node, 2);
    if (input_name(node, 2).empty()) return;
    require(constant_input(graph, node, 2, "the zero point").data_type() == TensorProto::UINT8,
            node, "activations must be unsigned (uint8 zero point)");
}

int unsigned_bits(const OnnxGraph& graph, const NodeProto& clip) {
    const Bounds bounds = clip_bounds(graph, clip, {0, 255});
    for (int bits = 1; bits <= 8; ++bits)
        if (bounds.low == 0 && bounds.high == (1 << bits) - 1) return bits;
    fail(clip, fmt::format("clips codes to {}..{}; 0..2^bits-1 with 1..8 bits is supported",
                           bounds.low, bounds.high));
}

// The one node that reads a tensor within a quantizer.
const NodeProto& next_in_quantizer(const OnnxGraph& graph, const NodeProto& first,
                                   const NodeProto& node, const char* pattern) {
    const auto& consumers = graph.consumers(node.output(0));
    require(consumers.size() == 1, first,
            fmt::format("must be followed by {}; tensor {} has {} readers", pattern, node.output(0),
                        consumers.size()));
    return *consumers[0];
}

FoundQuantizer read_qcdq(const OnnxGraph& graph, const NodeProto& first) {
    constexpr const char* kPattern = "DequantizeLinear, perhaps with a Clip between";
    require_inputs(first, 2, 3);
    require_attributes(first, {"axis"});
    require_unsigned(graph, first);
    FoundQuantizer found;
    int bits = 8;
    const float step = step_of(graph, first);
    const NodeProto* next = &next_in_quantizer(graph, first, first, kPattern);
    if (next->op_type() == "Clip") {
        bits = unsigned_bits(graph, *next);
        found.inner.push_back(next);
        next = &next_in_quantizer(graph, first, *next, kPattern);
    }
    require(next->op_type() == "DequantizeLinear", first,
            fmt::format("must be followed by {}", kPattern));
    require_inputs(*next, 2, 3);
    require_attributes(*next, {"axis"});
    require_unsigned(graph, *next);
    require(step_of(graph, *next) == step, *next, "its scale differs from its QuantizeLinear's");
    found.quantizer = ActivationQuantizer(bits, step);
    found.inner.push_back(next);
    found.tensor = next->output(0);
    return found;
}

int stream_bits(const OnnxGraph& graph, const NodeProto& clip) {
    const Bounds bounds = clip_bounds(graph, clip, {0, 0});
    for (int bits = 9; bits <= 16; ++bits)
        if (bounds.low == -(1 << (bits - 1)) && bounds.high == (1 << (bits - 1)) - 1) return bits;
    fail(clip,
         fmt::format("clips a residual stream to {}..{}; -2^(bits-1)..2^(bits-1)-1 with 9..16 "
                     "bits is supported",
                     bounds.low, bounds.high));
}

FoundQuantizer read_stream(const OnnxGraph& graph, const NodeProto& first) {
    constexpr const char* kPattern = "Round, Clip and Mul (a residual stream's quantizer)";
    require_inputs(first, 2, 2);
    require_attributes(first, {});
    FoundQuantizer found;
    const float step = step_of(graph, first);
    const NodeProto* node = &first;
    for (const char* op : {"Round", "Clip", "Mul"}) {
        node = &next_in_quantizer(graph, first, *node, kPattern);
        require(node->op_type() == op, first, fmt::format("must be followed by {}", kPattern));
        found.inner.push_back(node);
    }
    require_inputs(*found.inner[0], 1, 1);
    found.quantizer = ActivationQuantizer(stream_bits(graph, *found.inner[1]), step);
    require_inputs(*node, 2, 2);
    require_attributes(*node, {});
    require(node->input(0) == found.inner[1]->output(0) && step_of(graph, *node) == step, *node,
            "must multiply by what its Div divides by");
    found.tensor = node->output(0);
    return found;
}

}  // namespace

bool is_qonnx(const NodeProto& node) {
    return node.domain() == "qonnx.custom_op.general";
}

QonnxQuant read_qonnx_quant(const OnnxGraph& graph, const NodeProto& node) {
    require_inputs(node, 4, 4);
    require_attributes(node, {"signed", "narrow", "rounding_mode"});
    require_zero_point(graph, node, 2);
    QonnxQuant quant;
    quant.bits = whole_number(node, scalar_input(graph, node, 3, "the bit width"), "the bit width");
    require(quant.bits >= 1 && quant.bits <= 16, node,
            fmt::format("has {} bits, 1..16 are supported", quant.bits));
    quant.is_signed = int_attribute(node, "signed", 1) != 0;
    quant.narrow = int_attribute(node, "narrow", 0) != 0;
    const std::string rounding = text_attribute(node, "rounding_mode", "ROUND");
    require(rounding == "ROUND" || rounding == "HALF_EVEN" || rounding == "HALF_UP", node,
            fmt::format("rounding mode {} is not supported, ROUND is", rounding));
    return quant;
}

WeightRange read_weight_range(const OnnxGraph& graph, const NodeProto& dequantize) {
    WeightRange range;
    std::string name = input_name(dequantize, 0);
    const NodeProto* node = graph.constant(name) != nullptr ? nullptr : graph.producer(name);
    if (node != nullptr && node->op_type() == "Clip") {
        const Bounds bounds = clip_bounds(graph, *node, {-128, 127});
        range.low = static_cast<float>(bounds.low);
        range.high = static_cast<float>(bounds.high);
        range.bits = 2;
        while (range.bits < 8 &&
               (bounds.low < -(1 << (range.bits - 1)) || bounds.high > (1 << (range.bits - 1)) - 1))
            ++range.bits;
        require(bounds.low >= -128 && bounds.high <= 127 && bounds.low < bounds.high, *node,
                "weights must be clipped to a range within -128..127");
        name = input_name(*node, 0);
        node = graph.constant(name) != nullptr ? nullptr : graph.producer(name);
    }
    if (node != nullptr && node->op_type() == "QuantizeLinear") {
        require_inputs(*node, 2, 3);
        require_attributes(*node, {"axis"});
        require_zero_point(graph, *node, 2);
        require(
            !input_name(*node, 2).empty() &&
                constant_input(graph, *node, 2, "the zero point").data_type() == TensorProto::INT8,
            *node, "weights must be quantized to int8 (int8 zero point)");
        range.quantize = node;
        name = input_name(*node, 0);
    }
    range.tensor = graph.constant(name);
    require(range.tensor != nullptr, dequantize,
            fmt::format("weight tensor {} must be constant", name));
    return range;
}

bool starts_quantizer(const NodeProto& node) {
    if (is_qonnx(node)) return node.op_type() == "Quant";
    return node.op_type() == "QuantizeLinear" || node.op_type() == "Div";
}

FoundQuantizer read_quantizer(const OnnxGraph& graph, const NodeProto& first) {
    if (first.op_type() == "QuantizeLinear") return read_qcdq(graph, first);
    if (first.op_type() == "Div") return read_stream(graph, first);
    const QonnxQuant quant = read_qonnx_quant(graph, first);
    require(quant.is_signed == is_stream(quant.bits) && !quant.narrow, first,
            "activations must be unsigned with 1..8 bits, or signed with 9..16 (a residual "
            "stream), and "
            "use their whole range (narrow = 0)");
    return {{quant.bits, step_of(graph, first)}, first.output(0), {}};
}

}  // namespace cimarron
