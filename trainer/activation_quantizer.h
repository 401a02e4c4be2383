// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/fused_norm.h"
#include "trainer/method.h"
#include "trainer/staircase.h"

#include <torch/nn/module.h>
#include <torch/types.h>

namespace cimarron {

// The ReLU and quantizer at one place of a network: codes round(clamp(x / s, 0, L)), L = 2^bits
// - 1. Where s comes from, and the gradient, are the method's:
//   bwma      log s learned, from the step whose codes correlate best with the first batch;
//             soft_clip, straight through, or ripple with shape = progress
//   dorefa    s = 1 / L
//   pact      s = clip / L; the clip is learned, starts at Tuning::pact_clip, and decays
//   lsq       s learned from 2 mean|x| / sqrt(L) of the first batch, its gradient over
//             sqrt(L * values of one image)
//   dsq       s = top / L; the top is learned from the largest value of the first batch, and so is
//             alpha, shape = ln(2 / alpha - 1)
//   sigmoids  log s learned, from half a normal distribution's; training's forward pass is
//             soft, with a rising temperature
// kFloatBits is a plain ReLU.
class LearnedQuantizer : public torch::nn::Module {
public:
    LearnedQuantizer(int bits, const Method& method);

    torch::Tensor forward(const torch::Tensor& x);
    // Whether a fused batch norm can do the same: not before the step is set, nor what is no
    // staircase going forward.
    bool can_fuse() const;
    void fuse_behind(FusedNorm& norm, const torch::Tensor& x) const;
    void set_progress(double progress) { progress_ = progress; }
    int bits() const { return bits_; }
    // Other bits than now, down to those it was made for; the next batch sets the step anew.
    void set_bits(int bits);
    void forget_step() { ready_.zero_(); }  // the next batch sets it anew
    float step() const;
    // What the method adds to the loss; undefined for most.
    torch::Tensor regularization() const;

private:
    void initialize(const torch::Tensor& x);
    torch::Tensor differentiable_step(const torch::Tensor& x) const;
    torch::Tensor shape() const;
    Staircase kind() const;

    const int final_bits_;
    int bits_;
    const Method method_;
    double progress_ = 0;
    torch::Tensor scale_;     // log s, s, the clip or the top, as the method learns it
    torch::Tensor softness_;  // dsq's alpha
    torch::Tensor ready_;     // 1 once the scale is set; saved with the network
};

}  // namespace cimarron
