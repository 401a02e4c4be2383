// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/program/program.h"

namespace cimarron {

// The stages of a network, not yet placed: each MVM layer opens one, and pooling and quantizing
// layers belong to the stage whose values they take. A layer's output that other stages read, and
// the logits, are tensors.
Program stage_graph(const IntegerNetwork& network);

}  // namespace cimarron
