// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <vector>

namespace cimarron::foreign {

// An operator that an import takes on tensors that depend on the image (constants may come of
// more), and where: docs/import.md prints this table.
struct OperatorRule {
    const char* domain;  // "" is ONNX's own
    const char* name;
    const char* note;
};
const std::vector<OperatorRule>& operator_rules();

// UserError for the first node whose operator is not among them: what no chip of this kind can do
// before what a converter mends.
void check_operators(const Graph& graph);

// UserError for a network without any quantizer, which names the command that makes some.
void check_quantized(const Graph& graph);

}  // namespace cimarron::foreign
