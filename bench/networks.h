// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/non_idealities.h"
#include "quant/integer_network.h"

#include <string>
#include <vector>

namespace cimarron::bench {

// configs/network/NAME.yaml with seeded random weights: speed needs no training.
IntegerNetwork shipped_network(const std::string& name, int activation_bits);

// Random pixels, half of them zero, as in Fashion-MNIST.
Codes random_image(const Shape& shape, std::uint64_t seed);
std::vector<Codes> random_images(const Shape& shape, int count);

// Everything that docs/nonidealities.md describes, at once.
NonIdealities all_effects();

}  // namespace cimarron::bench
