// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// One pass over the nodes that leaves each kind of layer in one form (simplify.h): Conv and Gemm
// without bias, dilations and auto_pad; Affine; Clip; pools over windows. Shapes must be known.
void unify_layers(Graph& graph, Changes& changes);

// A Pad with zeros joins the Conv or pooling behind it.
bool join_pads(Graph& graph, Changes& changes);

// What only the output's reader wants: Softmax, LogSoftmax or ArgMax at the end, dropped.
enum class Ending;
Ending drop_ending(Graph& graph, Changes& changes);

}  // namespace cimarron::foreign
