// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// What the file does behind the logits, which stays the host's.
enum class Ending { none, softmax, log_softmax, arg_max };

// Second step of an import. What depends on no image is computed, what changes nothing goes,
// channels come first, and each kind of layer is left in one form (all tensors [1, C, H, W] or [1,
// K]):
//   Conv(x, w)             weights [O, C, H, W]; strides, pads, group; no bias, no dilations
//   Gemm(x, w)             weights [O, K], transB = 1; no bias
//   cimarron::Affine(x, gain, offset)    y = x * gain + offset, one number or one for each channel
//   cimarron::Clip         attributes low, high: Relu, Relu6, Clip, Min, Max
//   MaxPool, AveragePool   over windows, as global ones are too
//   Reshape, Transpose, Gather   what moves elements and stays
// Operators that are quantizers stay as they are, and so does what is not known.
Ending simplify(Graph& graph, Changes& changes);

// The part of it that brings layers into one form, for nodes that later steps add.
void simplify_layers(Graph& graph, Changes& changes);

}  // namespace cimarron::foreign
