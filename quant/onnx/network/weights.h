// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph/graph.h"

namespace cimarron::foreign {

using Weights = std::variant<BinaryWeights, IntegerWeights>;

// A layer's weights [O, ...] in the fewest bits that hold them: binary where no output channel has
// more than two values, however they are stored; else whole numbers with a scale and a zero for
// each output channel, from the quantizer that the file has, or the numbers themselves. UserError
// for others.
Weights read_weights(const Node& node, const Tensor& weights);

}  // namespace cimarron::foreign
