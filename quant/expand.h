// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

namespace cimarron {

// The same function in nodes that tiles execute:
//  - no ConcatNodes: a convolution that reads one becomes convolutions of its parts, each added to
//    the one before as a shortcut of real values; pooling and quantizers do the same part by part;
//  - no quantizer with steps of channels behind a shortcut: the sum is real values first;
//  - a sum of two tensors stands behind the later of the two.
// A node keeps its name where its output stays one tensor; what is added is NAME.part1, NAME.sum.
// Throws UserError naming the node where a grouped convolution's groups straddle parts.
Network expanded(const Network& network);

// Every activation's rounding, that of the image apart.
Network with_rounding(Network network, Rounding rounding);

}  // namespace cimarron
