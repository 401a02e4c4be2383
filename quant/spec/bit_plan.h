// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/spec/network_spec.h"

#include <vector>

namespace cimarron {

// Widths of the tensors around one layer.
struct LayerBits {
    int input = 8;                // codes it reads
    bool quantize_input = false;  // what it names as its source is a stream, or wider: a quantizer
                                  // of its own stands between
    int output = 8;               // 0 logits, 1..8 codes, 9..16 a residual stream
};

// Where the quantizers of a described network stand; the trainer and random_weights() agree on it.
// A conv that has `add`, or that an `add` names, gives a residual stream. Codes have
// `activation_bits` (of the layer that reads them, where it says so), but 8 where the last layer
// reads them, in front of and behind an average pool that feeds it, and where an `add` names a
// pool. A tensor with several readers is as wide as the widest asks.
std::vector<LayerBits> bit_plan(const NetworkSpec& network, int activation_bits);

}  // namespace cimarron
