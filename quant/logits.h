// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/network.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// The last layer's output in the file's unit and order of channels and pixels, clipped and
// quantized as in the file, before its softmax. values: HWC. Throws UserError when their number is
// not the network's.
std::vector<double> real_logits(const Network& network, const std::vector<double>& values);
std::vector<double> real_logits(const Network& network, const IntegerNetwork& lowered,
                                const std::vector<std::int64_t>& logits);
// What the file's softmax or arg max makes of them.
std::vector<double> after_function(const Network& network, std::vector<double> logits);

// The last layer's output as the network's file gives it: clipped, quantized, in the file's order
// of channels and pixels, after its softmax. arg_max leaves one value, the class.
// values: HWC. Throws UserError when their number is not the network's.
std::vector<double> file_logits(const Network& network, const std::vector<double>& values);

// The same of what a chip or Reference gives, in units of 2^-shift of the last layer.
std::vector<double> file_logits(const Network& network, const IntegerNetwork& lowered,
                                const std::vector<std::int64_t>& logits);

}  // namespace cimarron
