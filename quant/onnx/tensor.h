// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

// Constant tensors as plain vectors, from raw_data or from the typed fields. `node` is who reads
// the tensor, for the message.
std::int64_t element_count(const ::onnx::NodeProto& node, const ::onnx::TensorProto& tensor);

// FLOAT, DOUBLE and integer tensors; fails on a value that is not finite.
std::vector<float> read_floats(const ::onnx::NodeProto& node, const ::onnx::TensorProto& tensor);
// INT8, UINT8, INT32 and INT64 tensors.
std::vector<std::int64_t> read_integers(const ::onnx::NodeProto& node,
                                        const ::onnx::TensorProto& tensor);
bool is_integer(const ::onnx::TensorProto& tensor);

// Constant input i of the node; fails, naming `what`, when it is missing or computed.
const ::onnx::TensorProto& constant_input(const OnnxGraph& graph, const ::onnx::NodeProto& node,
                                          int i, const char* what);
// The same, and it must hold one value.
float scalar_input(const OnnxGraph& graph, const ::onnx::NodeProto& node, int i, const char* what);
// The same, with one value per channel, of shape [channels] or, for rank > 1, [channels, 1, ...]; a
// single value is repeated.
std::vector<float> channel_input(const OnnxGraph& graph, const ::onnx::NodeProto& node, int i,
                                 std::int64_t channels, int rank, const char* what);
// Fails unless input i is left out or holds zeros only.
void require_zero_point(const OnnxGraph& graph, const ::onnx::NodeProto& node, int i);

}  // namespace cimarron
