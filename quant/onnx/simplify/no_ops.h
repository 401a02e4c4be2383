// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// Drops nodes that change nothing: Identity, Dropout, Cast between floats, Reshape to the same
// shape, Pad by nothing, Concat and Sum of one, and the like. Every node that keeps the order of
// the elements becomes a Reshape, chains of them one. Shapes must be known; returns whether
// anything changed.
bool remove_no_ops(Graph& graph, Changes& changes);

}  // namespace cimarron::foreign
