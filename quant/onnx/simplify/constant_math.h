// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <optional>

namespace cimarron::foreign {

using Inputs = std::vector<const Tensor*>;  // of a node, all constant; nullptr is left out

const Tensor& input(const Node& node, const Inputs& in, std::size_t i);

// Integers, and floats rounded to whole numbers, are codes of step 1.
Tensor with_integer_lattice(Tensor tensor);

// Arithmetic, comparisons, bounds and choices of constants; nothing for another operator.
std::optional<Tensor> evaluate_math(const Node& node, const Inputs& in);

}  // namespace cimarron::foreign
