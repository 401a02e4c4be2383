// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <cstdint>
#include <vector>

namespace cimarron::test {

// The integer network as integer_network.h words it, one term after the other; shares nothing with
// Reference but that header's requantize(). Values are HWC.
struct NaiveResult {
    std::vector<Codes> activations;  // after every layer; empty for the logits
    std::vector<std::int64_t> logits;
};
NaiveResult naive_run(const IntegerNetwork& network, const Codes& image);

}  // namespace cimarron::test
