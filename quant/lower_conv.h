// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/coefficients.h"
#include "quant/network.h"
#include "quant/reach.h"

#include <vector>

namespace cimarron {

// A convolution's dot product, bias and batch norm in real numbers: everything before shortcut and
// quantizer. `layer` has shapes, weights and padding, and no coefficients yet.
struct RealConv {
    MvmLayer layer;
    std::vector<RealAffine> affine;  // per output channel
    std::vector<ZeroTerms> border;   // [class of window][o]; empty: none
};

bool is_padded(const Window& window);
// A code of so many bits stands for the real 0.
bool is_code(double zero, int bits);

// input: what the node reads; its codes' scale and zero. Throws UserError where a channel sees
// codes of different scales.
RealConv lower_dot(const ConvNode& node, const TensorInfo& input, const Shape& output);

// Of each output channel, whatever the input codes: with the border's corrections.
std::vector<Interval> reach(const RealConv& conv, const CodeRange& input);

}  // namespace cimarron
