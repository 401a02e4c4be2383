// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// An image [N, H, W, C] becomes [N, C, H, W]: graph.channels_last remembers what the file has.
void put_image_channels_first(Graph& graph, Changes& changes);

// One round of moving Transposes, and permutations of features behind them, towards the output:
// past what works on each element alone, into each other, into a flattening, into the weights of a
// dense layer. Shapes must be known. Returns whether anything changed.
bool sink_transposes(Graph& graph, Changes& changes);

}  // namespace cimarron::foreign
