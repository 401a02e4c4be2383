// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <vector>

namespace cimarron::bench {

// The shapes of configs/network/fashion_cnn.yaml with seeded random weights: speed needs no
// training.
IntegerNetwork demo_network(int activation_bits);

// Random pixels, half of them zero, as in Fashion-MNIST.
std::vector<Codes> demo_images(int count);

}  // namespace cimarron::bench
