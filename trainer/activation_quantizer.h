// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

namespace cimarron {

// Unsigned n-bit activations with step s = exp(log_step), u = x / s, L = 2^bits - 1:
//   forward   y = s round(clamp(u, 0, L))
//   backward  as if y = s phi(u), phi(u) = c - ripple sin(2 pi c) / (2 pi), c = clamp(u, 0, L):
//             dy/dx = phi'(u); dy/dlog_step = s (round(u) - u phi'(u)) inside [0, L], s L above.
// ripple 0 is the straight-through estimator, 1 the smooth staircase.
torch::Tensor quantize_activation(const torch::Tensor& x, const torch::Tensor& log_step, int bits,
                                  double ripple);

// The ReLU and quantizer behind a layer. The step starts at the least-squares optimum for the first
// batch it sees, then is learned. bits = kFloatBits is a plain ReLU.
class LearnedQuantizer : public torch::nn::Module {
public:
    static constexpr int kFloatBits = 32;
    explicit LearnedQuantizer(int bits);

    torch::Tensor forward(const torch::Tensor& x);
    void set_ripple(double ripple) { ripple_ = ripple; }
    void forget_step() { ready_.zero_(); }  // the next batch sets it again
    int bits() const { return bits_; }
    float step() const;

private:
    const int bits_;
    double ripple_ = 0;
    torch::Tensor log_step_;
    torch::Tensor ready_;  // 1 once the step is set; saved with the network
};

}  // namespace cimarron
