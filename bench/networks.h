// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <vector>

namespace cimarron::bench {

// Shapes with seeded random weights: speed needs no training.
IntegerNetwork fashion_cnn(int activation_bits);  // configs/network/fashion_cnn.yaml
IntegerNetwork vgg8(int activation_bits);         // configs/network/vgg8.yaml

// Random pixels, half of them zero, as in Fashion-MNIST.
std::vector<Codes> random_images(const Shape& shape, int count);

}  // namespace cimarron::bench
