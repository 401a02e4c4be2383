// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <cstddef>
#include <vector>

namespace cimarron {

// A convolution's dot products in double precision. Where scales and zeros of codes are those of
// the whole tensor, the sums are sums of integers or halves, exact, and scaled once.
class RealDot {
public:
    RealDot(const ConvNode& node, const TensorInfo& input);

    // Of the window of output pixel (y, x): one value per output channel. `codes` are the input's.
    const std::vector<double>& compute(const std::vector<std::int64_t>& codes, int y, int x);

private:
    void gather(const std::vector<std::int64_t>& codes, int y, int x, std::size_t group);

    const Shape input_;
    const ActivationQuantizer quantizer_;
    const Window window_;
    const std::size_t groups_, rows_, channels_;  // of a group: rows and output channels
    Reals gain_, offset_;                         // w = gain W + offset, by output channel
    std::vector<double> weights_;                 // W, [group][row ky, kx, c][o of the group]
    std::vector<double> window_values_;           // of a group, in units of its first scale
    std::vector<double> sums_, result_;
};

}  // namespace cimarron
