// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <cstdint>
#include <vector>

namespace cimarron {

struct CoefficientChoice {
    int bits = 32;               // of the coefficients
    std::int64_t codes = 0;      // compared
    std::int64_t different = 0;  // from the real-valued network's, with these bits
};

// The fewest coefficient bits (4..32) with which every code of these images equals the real-valued
// network's (RealReference); 32, and how many codes differ, where none do. images: codes, HWC.
CoefficientChoice fewest_coefficient_bits(const Network& network, const std::vector<Codes>& images);

// How many codes of these images differ with so many bits.
CoefficientChoice compare_coefficients(const Network& network, const std::vector<Codes>& images,
                                       int bits);

}  // namespace cimarron
