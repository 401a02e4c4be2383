// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "quant/network.h"
#include "tests/support/random_network.h"

namespace cimarron::test {

// A valid network that is no chain: residual blocks (identity, strided identity with zero channels,
// 1 x 1 projection; streams and codes on either side), grouped and depthwise convolutions, several
// readers of one tensor, pools, perhaps a global average pool at the end. max_layers counts blocks.
Network random_residual_network(Rng& rng, const RandomNetworkOptions& options = {});

}  // namespace cimarron::test
