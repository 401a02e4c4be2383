// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <optional>

namespace cimarron::foreign {

// Shape of a node's first output; nothing for an operator that is not known, or when an input's
// shape is not. UserError for shapes that do not fit.
std::optional<Dims> infer_dims(const Graph& graph, const Node& node);

// The input's own shape, with a batch of one. UserError unless all but the batch is fixed.
Dims input_dims(const Graph& graph);

// Fills graph.shapes anew. The nodes must be sorted.
void infer_shapes(Graph& graph);

}  // namespace cimarron::foreign
