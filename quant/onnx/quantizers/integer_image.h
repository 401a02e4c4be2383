// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// An image that layers read without a quantizer: of an integer type it is codes of that type; in a
// network of whole numbers (PULP's) it is codes of 8 bits, whose sign the file does not say.
// Returns whether `is_signed` had to say it.
bool quantize_integer_image(Graph& graph, bool is_signed, Changes& changes);

}  // namespace cimarron::foreign
