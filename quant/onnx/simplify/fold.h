// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// Replaces the nodes whose outputs do not depend on the image by constants (shapes of what depends
// on it included, with a batch of one), and finds the shapes of all other tensors.
void fold_constants(Graph& graph, Changes& changes);

}  // namespace cimarron::foreign
