// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "trainer/model.h"

namespace cimarron {

// The network as it is in evaluation mode: exactly the values its forward pass multiplies. The
// model must have quantized weights and activations, with every step set.
Network to_network(const Model& model);

}  // namespace cimarron
