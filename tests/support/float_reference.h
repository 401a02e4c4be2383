// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <vector>

namespace cimarron::test {

// A Network evaluated as its formulas read, in double precision, with no integer trick. Values and
// codes are HWC.

// What a node computes before its quantizer; `input` holds real values.
std::vector<double> float_values(const Node& node, const Shape& shape,
                                 const std::vector<double>& input);

// Largest values of a max pooling need no quantizer; others give clamp(round(x / step)).
Codes quantize(const std::vector<double>& values, const ActivationQuantizer& quantizer);
std::vector<double> dequantize(const Codes& codes, double step);

// Logits of the whole network; `image` holds codes of the input quantizer.
std::vector<double> float_logits(const Network& network, const Codes& image);

}  // namespace cimarron::test
