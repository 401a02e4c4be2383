// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

namespace cimarron::foreign {

// Nodes of old opsets in today's form: what moved from an attribute to an input (axes, bounds,
// pads, shapes) becomes a constant input.
void modernize(Graph& graph);

}  // namespace cimarron::foreign
