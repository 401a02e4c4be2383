// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph.h"

#include <string>

namespace cimarron {

// True when the node belongs to QONNX's operator set.
bool is_qonnx(const ::onnx::NodeProto& node);

// Parameters of a QONNX Quant node, checked: 1..8 bits, zero point 0, round to nearest.
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

// An activation quantizer: QuantizeLinear -> [Clip ->] DequantizeLinear, or QONNX's Quant. `tensor`
// is its result.
struct FoundQuantizer {
    ActivationQuantizer quantizer;
    std::string tensor;
};
FoundQuantizer read_quantizer(const OnnxGraph& graph, const ::onnx::NodeProto& first);
bool starts_quantizer(const ::onnx::NodeProto& node);

// The one node that reads the tensor; fails when several do, nullptr when none does.
const ::onnx::NodeProto* only_consumer(const OnnxGraph& graph, const std::string& tensor);

}  // namespace cimarron
