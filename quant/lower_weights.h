// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/coefficients.h"
#include "quant/network.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// The weights' codes in crossbar order, and each channel's dot product sum(w q) as an affine of P
// and M.
struct LoweredWeights {
    int bits = 1;
    std::vector<std::uint8_t> codes;
    std::vector<RealAffine> dot;
};

LoweredWeights lower_weights(const ConvNode& node, int in_channels);

}  // namespace cimarron
