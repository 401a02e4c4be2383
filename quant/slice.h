// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

namespace cimarron {

// Of `count` channels from `first` on.
ActivationQuantizer slice(const ActivationQuantizer& quantizer, int first, int count);

// The part of a convolution of one group that reads `count` of its in_channels, from `first` on.
ConvNode slice_inputs(const ConvNode& node, int in_channels, int first, int count);

// `count` groups of a convolution, from `first` on: their inputs and outputs.
ConvNode slice_groups(const ConvNode& node, int first, int count);

// Its bias and the offset of its batch norm become 0.
void drop_offset(ConvNode& node);

}  // namespace cimarron
