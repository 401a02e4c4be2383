// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <cstdint>
#include <vector>

namespace cimarron::test {

// The integer network as integer_network.h words it, one term after the other; shares nothing with
// Reference but that header's classes of windows. Values are HWC.
struct NaiveResult {
    std::vector<Codes> activations;  // after every layer; empty for streams and logits
    std::vector<Stream> streams;     // after every layer; empty for codes and logits
    std::vector<std::int64_t> logits;
};
NaiveResult naive_run(const IntegerNetwork& network, const Codes& image);

// One layer alone on given values, before any is stored as bytes.
std::vector<std::int64_t> naive_layer(const Layer& layer, const std::vector<int>& in,
                                      const std::vector<int>& residual);

}  // namespace cimarron::test
