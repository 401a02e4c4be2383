// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

namespace cimarron::foreign {

// ReduceMean, ReduceSum, ReduceMax, ReduceMin, ReduceProd.
bool is_reduction(const Node& node);

// Which axes it reduces, in order; all when it names none.
std::vector<std::size_t> reduced_axes(const Graph& graph, const Node& node, std::size_t rank);
Dims reduced_dims(const Graph& graph, const Node& node, const Dims& in);

Tensor reduce(const Graph& graph, const Node& node, const Tensor& x);

}  // namespace cimarron::foreign
