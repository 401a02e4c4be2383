// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <torch/types.h>

namespace cimarron {

// Symmetric 8-bit weights per output channel, as the first and last layer use them:
// scale = max|w| / 127, value = round(w / scale).
IntegerWeights integer_weights(const torch::Tensor& latent);

// The same as real numbers; backward is the identity.
torch::Tensor fake_integer_weights(const torch::Tensor& latent);

}  // namespace cimarron
