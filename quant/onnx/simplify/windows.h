// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

namespace cimarron::foreign {

// The window of a Conv or pooling over two spatial axes, `auto_pad` and `ceil_mode` resolved to
// pads. Arrays are [y, x]; pads [top, left, bottom, right].
struct SpatialWindow {
    std::vector<std::int64_t> kernel, stride, dilation, pads;
    std::vector<std::int64_t> out;
    bool ceil_adds = false;  // ceil_mode gives a window that reaches beyond the padded input
};

// `in` is [N, C, H, W], `kernel` the weights' when the node is a Conv, else {} for kernel_shape.
SpatialWindow window_of(const Node& node, const Dims& in, std::vector<std::int64_t> kernel);

// Explicit pads and no auto_pad or ceil_mode, in the node's attributes.
void set_window(Node& node, const SpatialWindow& window);

}  // namespace cimarron::foreign
