// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/emitter.h"
#include "quant/onnx/simplify/quantizer_ops.h"

namespace cimarron::foreign {

// The parameters of a cimarron::Quantize, one number or one for each channel.
struct QuantizeParameters {
    Tensor step = scalar(1);
    Tensor zero = scalar(0);
    double low = 0;
    double high = 0;
    Rounding rounding = Rounding::half_even;
};

QuantizeParameters quantize_parameters(const Graph& graph, const Node& node);
// Appends the node; returns its output, the codes.
std::string emit_quantize(Emitter& emit, const std::string& x, const QuantizeParameters& q,
                          const Dims& dims);
void set_range(Node& node, double low, double high);

// A quantizer's scale or zero point as one number or one for each channel of a tensor.
Tensor channel_parameter(const Node& node, const Tensor& parameter, std::int64_t axis,
                         const Dims& dims);
// step * (codes - zero) of a tensor of codes.
std::string emit_dequantize(const Node& node, Emitter& emit, const std::string& codes,
                            const QuantizerOp& q, const Dims& dims);
// The codes clamp(round(x / step + zero), low, high).
std::string emit_codes(const Node& node, Emitter& emit, const std::string& x, const QuantizerOp& q,
                       const Dims& dims);

}  // namespace cimarron::foreign
