// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/coefficients.h"
#include "quant/integer_network.h"

#include <vector>

namespace cimarron {

struct Interval {
    double low = 0;
    double high = 0;
};

// What a P + c M + d of each output channel can be, whatever codes of `input` the layer reads (and
// pads with). Wider than true by double's rounding.
std::vector<Interval> reach(const MvmLayer& layer, const std::vector<RealAffine>& affine,
                            const CodeRange& input);

}  // namespace cimarron
