// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph/graph.h"

namespace cimarron::foreign {

using Weights = std::variant<BinaryWeights, IntegerWeights>;

// A layer's weights [O, ...] in the fewest bits that hold them: binary where floats have no more
// than two values in an output channel, or codes no more than two in the layer; else whole numbers
// with a scale and a zero for each output channel, from the quantizer that the file has, or the
// numbers themselves. With `keep_width` codes keep the bits that the file gives them. UserError for
// others.
Weights read_weights(const Node& node, const Tensor& weights, bool keep_width);

}  // namespace cimarron::foreign
