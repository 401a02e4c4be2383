// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

#include <cstdint>

namespace cimarron::foreign {

// A simplified graph whose weights nobody ships, or that is not quantized, as a network of its
// shapes: seeded binary weights (8 bits in the first and last layer) and a quantizer in front of
// every layer and average that has none (8 bits of the image and in front of the last layer, else
// `activation_bits`). What the file quantizes keeps its bits. Cycles and energy come out of it,
// accuracy does not.
void randomize(Graph& graph, int activation_bits, std::uint64_t seed, Changes& changes);

}  // namespace cimarron::foreign
