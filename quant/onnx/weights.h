// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph.h"

#include <variant>
#include <vector>

namespace cimarron {

// A layer's weights and the shape the file gives them.
struct OnnxWeights {
    std::vector<std::int64_t> dims;
    std::variant<BinaryWeights, IntegerWeights> values;
};

// Weights of a Conv or Gemm (its input 1), in any of the forms of docs/formats.md: int8 signs with
// Mul and Add, int8 with DequantizeLinear, QONNX Quant and BipolarQuant over floats, or plain
// floats with at most two values per output channel.
OnnxWeights read_weights(const OnnxGraph& graph, const ::onnx::NodeProto& layer);

}  // namespace cimarron
