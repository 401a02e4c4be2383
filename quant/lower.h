// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/network.h"

namespace cimarron {

// Folds scales, batch-norm, bias and the next quantizer's step into the fixed-point affine of each
// layer (method: docs/arithmetic.md). `coefficient_bits` is the width of the signed a and c.
// Throws UserError naming the node when shapes do not chain or a value is not finite.
IntegerNetwork lower(const Network& network, int coefficient_bits = 16);

}  // namespace cimarron
