// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <optional>

namespace cimarron::foreign {

// The outputs of a node that reads constants only; nothing for an operator that is not known here.
std::optional<std::vector<Tensor>> evaluate(const Graph& graph, const Node& node);

}  // namespace cimarron::foreign
