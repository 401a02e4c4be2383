// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/network.h"

namespace cimarron {

// Folds scales, zeros, batch-norm, bias and the next quantizer into the fixed-point affine of each
// layer (method: docs/arithmetic.md). `coefficient_bits`, 4..32, is the width of the signed a and
// c.
// Every node is a layer of its name; Concats and sums that are quantized by channels are taken
// apart first (quant/expand.h). Real values between layers are carried in streams of 32 bits.
// Throws UserError naming the node when shapes do not chain, a value is not finite or no integer
// arithmetic is exact.
IntegerNetwork lower(const Network& network, int coefficient_bits = 16);

}  // namespace cimarron
