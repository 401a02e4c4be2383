// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// Quantizers come as near to their layers as they can: a Clip and a constant factor join the
// Quantize beside them; max pooling and flattening move behind what works on each element alone and
// keeps the order of values. Shapes must be known.
void reorder_quantizers(Graph& graph, Changes& changes);

}  // namespace cimarron::foreign
