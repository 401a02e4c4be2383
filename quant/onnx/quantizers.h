// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph.h"

#include <string>
#include <vector>

namespace cimarron {

// True when the node belongs to QONNX's operator set.
bool is_qonnx(const ::onnx::NodeProto& node);

// Parameters of a QONNX Quant node, checked: 1..16 bits, zero point 0, round to nearest.
struct QonnxQuant {
    int bits = 8;
    bool is_signed = false;
    bool narrow = false;
};
QonnxQuant read_qonnx_quant(const OnnxGraph& graph, const ::onnx::NodeProto& node);

// What stands before a weight's DequantizeLinear: a constant, perhaps quantized, perhaps clipped.
struct WeightRange {
    const ::onnx::TensorProto* tensor = nullptr;
    const ::onnx::NodeProto* quantize = nullptr;  // its QuantizeLinear; nullptr: stored as int8
    int bits = 8;
    float low = -128;
    float high = 127;
};
WeightRange read_weight_range(const OnnxGraph& graph, const ::onnx::NodeProto& dequantize);

// An activation quantizer: of codes QuantizeLinear -> [Clip ->] DequantizeLinear, of a residual
// stream Div -> Round -> Clip -> Mul, or QONNX's Quant for either. `tensor` is its result, `inner`
// are the nodes behind the first.
struct FoundQuantizer {
    ActivationQuantizer quantizer;
    std::string tensor;
    std::vector<const ::onnx::NodeProto*> inner;
};
FoundQuantizer read_quantizer(const OnnxGraph& graph, const ::onnx::NodeProto& first);
bool starts_quantizer(const ::onnx::NodeProto& node);

}  // namespace cimarron
