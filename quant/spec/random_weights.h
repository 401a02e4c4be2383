// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/spec/network_spec.h"

#include <cstdint>

namespace cimarron {

// The described network with seeded random weights: the cycles, energy and area of a network that
// is not trained yet. Random images run through it while it is built; each batch norm and each
// quantizer's step come from the values they give there, so that codes use their range however deep
// the network is.
Network random_weights(const NetworkSpec& spec, int activation_bits, std::uint64_t seed);

}  // namespace cimarron
