// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// Third step of an import. Every spelling of a quantizer becomes
//   cimarron::Quantize(x, step, zero)  attributes low, high, rounding (a foreign::Rounding):
//     the whole numbers clamp(round(x / step + zero), low, high)
// and what a file makes of the codes becomes Affine. Operators on codes (QLinearConv, ConvInteger,
// QGemm and the like) become their real-valued ones between such quantizers. The graph must be
// simplified.
void unify_quantizers(Graph& graph, Changes& changes);

}  // namespace cimarron::foreign
