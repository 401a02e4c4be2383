// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

namespace cimarron {

// A residual stream: signed fixed point of `bits` bits. Its rounding is far below that of the
// activations, so training passes through and only measures the range; evaluation rounds and
// clamps as the hardware does. The step is the power of two that the largest value met in the epoch
// just fits.
class StreamQuantizer : public torch::nn::Module {
public:
    explicit StreamQuantizer(int bits);

    torch::Tensor forward(const torch::Tensor& x);
    void observe(float magnitude);  // of training's values, measured elsewhere
    void begin_epoch() { largest_.zero_(); }
    int bits() const { return bits_; }
    float step() const;

private:
    const int bits_;
    const float top_;
    torch::Tensor largest_;  // magnitude; saved with the network
};

}  // namespace cimarron
