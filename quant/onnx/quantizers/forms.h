// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/emitter.h"

namespace cimarron::foreign {

// Families of spellings: each replaces the node and returns true when the node is one of it.

// QuantizeLinear and DequantizeLinear; QONNX's Quant, IntQuant, BipolarQuant, Trunc.
bool replace_quantizer(Graph& graph, const Node& node, Emitter& emit);
// QLinearConv, QLinearMatMul, ConvInteger, MatMulInteger and com.microsoft's QGemm, QLinearAdd,
// QLinearConcat, QLinear(Global)AveragePool, QLinearLeakyRelu.
bool replace_integer_operator(Graph& graph, const Node& node, Emitter& emit);
// Round, Floor, Ceil; PULP's RequantShift; Where on a comparison.
bool replace_rounding(Graph& graph, const Node& node, const std::map<std::string, Node>& by_output,
                      Emitter& emit);

}  // namespace cimarron::foreign
