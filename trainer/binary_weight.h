// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

namespace cimarron {

// Two-level weights of a latent tensor [o][c][ky][kx], one pair of levels per output channel, in
// the closed form of quant/two_level.h. Backward is the identity: the exact gradient of both levels
// plus straight-through for what the signs hide.
torch::Tensor two_level_weights(const torch::Tensor& latent);

}  // namespace cimarron
