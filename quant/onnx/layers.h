// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph.h"

namespace cimarron {

// One ONNX operator each, turned into the network's own form; names and quantizers are the
// caller's. Attributes that would change the result and are not supported are errors.
ConvNode read_convolution(const OnnxGraph& graph, const ::onnx::NodeProto& node,
                          const Shape& input);
ConvNode read_fully_connected(const OnnxGraph& graph, const ::onnx::NodeProto& node,
                              const Shape& input);
BatchNorm read_batch_norm(const OnnxGraph& graph, const ::onnx::NodeProto& node, int channels);
// MaxPool, AveragePool, GlobalAveragePool.
PoolNode read_pool(const ::onnx::NodeProto& node, const Shape& input);

}  // namespace cimarron
