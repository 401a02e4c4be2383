// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

namespace cimarron::foreign {

// [K, O] as [O, K].
Tensor transpose(const Tensor& matrix);

// Weights [O, C, H, W] with zeros between their elements, as `dilation` spreads them. Quantized
// weights stay so: a zero is the code of 0, and UserError where that is no whole number.
Tensor dilated(const Node& node, const Tensor& weights, const std::vector<std::int64_t>& dilation);

}  // namespace cimarron::foreign
