// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/spec/network_spec.h"

#include <cstdint>

namespace cimarron {

// The described network with seeded random weights: the cycles, energy and area of a network that
// is not trained yet. Weights have variance 1 / rows; each step comes from the half-normal
// quantizer at the standard deviation this gives, so that codes use their range. As in training,
// the last layer reads 8-bit codes.
Network random_weights(const NetworkSpec& spec, int activation_bits, std::uint64_t seed);

}  // namespace cimarron
