// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"
#include "quant/onnx/simplify/rounding.h"

namespace cimarron::foreign {

// What a quantizing operator does: code = clamp(round(x / step + zero), low, high), value = step *
// (code - zero). Steps and zeros are tensors, broadcast against x along `axis` when they are 1-D.
struct QuantizerOp {
    Tensor step;
    Tensor zero;
    double low = 0;
    double high = 0;
    Rounding rounding = Rounding::half_even;
    std::int64_t axis = 1;
};

// True for QONNX's operators in any of their domains.
bool is_qonnx(const Node& node, const char* op);
bool is_qonnx_quant(const Node& node);  // Quant and IntQuant

// QuantizeLinear; DequantizeLinear has no rounding, low or high.
QuantizerOp quantize_linear(const Graph& graph, const Node& node);
QuantizerOp dequantize_linear(const Graph& graph, const Node& node);
// Quant, IntQuant, BipolarQuant.
QuantizerOp qonnx_quant(const Graph& graph, const Node& node);

// A 1-D parameter as one that broadcasts along that axis of a tensor of that rank.
Tensor along_axis(const Node& node, const Tensor& parameter, std::int64_t axis, const Dims& dims);

// A constant, quantized: still the codes (`value` false) or their values.
Tensor apply(const Node& node, const QuantizerOp& quantizer, const Tensor& x, bool value);

}  // namespace cimarron::foreign
