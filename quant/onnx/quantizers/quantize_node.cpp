// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers/quantize_node.h"

#include "quant/onnx/simplify/channels.h"
#include "quant/onnx/simplify/elementwise.h"

namespace cimarron::foreign {

QuantizeParameters quantize_parameters(const Graph& graph, const Node& node) {
    QuantizeParameters q;
    q.step = required_constant(graph, node, 1, "its scale");
    q.zero = required_constant(graph, node, 2, "its zero point");
    q.low = float_attribute(node, "low", 0);
    q.high = float_attribute(node, "high", 0);
    q.rounding = static_cast<Rounding>(int_attribute(node, "rounding", 0));
    return q;
}

std::string emit_quantize(Emitter& emit, const std::string& x, const QuantizeParameters& q,
                          const Dims& dims) {
    const std::string codes =
        emit.own("Quantize", {x, emit.constant(q.step), emit.constant(q.zero)}, dims);
    set_range(emit.last(), q.low, q.high);
    emit.last().attributes["rounding"] = static_cast<std::int64_t>(q.rounding);
    return codes;
}

void set_range(Node& node, double low, double high) {
    node.attributes["low"] = low;
    node.attributes["high"] = high;
}

Tensor channel_parameter(const Node& node, const Tensor& parameter, std::int64_t axis,
                         const Dims& dims) {
    const auto value = per_channel(along_axis(node, parameter, axis, dims), dims);
    if (!value)
        fail(node, "its scale or zero point differs within a channel, which is not supported");
    return *value;
}

std::string emit_dequantize(const Node& node, Emitter& emit, const std::string& codes,
                            const QuantizerOp& q, const Dims& dims) {
    const Tensor step = channel_parameter(node, q.step, q.axis, dims);
    const Tensor zero = channel_parameter(node, q.zero, q.axis, dims);
    const Tensor offset = binary(node, step, zero, [](double s, double z) { return -s * z; });
    return emit.affine(codes, step, offset, dims);
}

std::string emit_codes(const Node& node, Emitter& emit, const std::string& x, const QuantizerOp& q,
                       const Dims& dims) {
    return emit_quantize(emit, x,
                         {channel_parameter(node, q.step, q.axis, dims),
                          channel_parameter(node, q.zero, q.axis, dims), q.low, q.high, q.rounding},
                         dims);
}

}  // namespace cimarron::foreign
