// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"
#include "quant/onnx/graph.h"

namespace cimarron {

// The nodes that fit a shortcut to its convolution. Each takes every n-th row and column:
int read_stride(const OnnxGraph& graph, const ::onnx::NodeProto& slice, const Shape& input);
int read_pool_stride(const ::onnx::NodeProto& max_pool, const Shape& input);

// A Pad that appends zero channels, and nothing else.
struct ChannelPadding {
    int before = 0;
    int after = 0;
};
ChannelPadding read_padding(const OnnxGraph& graph, const ::onnx::NodeProto& pad);

}  // namespace cimarron
