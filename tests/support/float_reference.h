// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <vector>

namespace cimarron::test {

// A Network evaluated as its formulas read, in double precision, with no integer trick. Values and
// codes are HWC.

struct FloatTensor {
    Shape shape;
    std::vector<double> values;
};

// What a node computes before its quantizer; `shortcut` is the tensor its shortcut comes from.
FloatTensor float_values(const Node& node, const FloatTensor& input, const FloatTensor& shortcut);

// clamp(round(x / step)), to the range of codes or of a residual stream.
std::vector<int> quantize(const std::vector<double>& values, const ActivationQuantizer& quantizer);

template <class Integers>
std::vector<double> dequantize(const Integers& integers, double step) {
    std::vector<double> values;
    for (const int integer : integers) values.push_back(integer * step);
    return values;
}

// Logits of the whole network; `image` holds codes of the input quantizer.
std::vector<double> float_logits(const Network& network, const Codes& image);

}  // namespace cimarron::test
