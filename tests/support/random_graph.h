// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "quant/integer_network.h"

namespace cimarron::test {

struct RandomGraphOptions {
    int max_layers = 7;    // between the first and the last convolution, quantizers not counted
    bool branches = true;  // else each layer reads the one before, and only residuals reach back
};

// A valid integer network of random form: any layer may read, or add, what any earlier one gives;
// grouped convolutions, pools, quantizers and streams anywhere they are allowed. Wider than what
// lower() makes of real networks.
IntegerNetwork random_graph(Rng& rng, const RandomGraphOptions& options = {});

}  // namespace cimarron::test
