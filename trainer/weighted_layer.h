// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/spec/network_spec.h"
#include "trainer/method.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

namespace cimarron {

// Convolution (a linear layer is one whose kernel is the whole input) and its batch norm; the last
// layer has a bias instead. Latent weights are real; what multiplies depends on the layer and the
// method.
class WeightedLayer : public torch::nn::Module {
public:
    WeightedLayer(const LayerSpec& spec, int in_channels, const Method& method, bool last);

    torch::Tensor forward(const torch::Tensor& x);
    torch::Tensor effective_weights() const;
    void set_progress(double progress) { progress_ = progress; }
    void after_step();  // BNN keeps latent weights in -1..1
    bool binary() const;
    const torch::Tensor& latent() const { return weight_; }
    const torch::Tensor& bias() const { return bias_; }
    const torch::nn::BatchNorm2d& batch_norm() const { return batch_norm_; }

private:
    torch::Tensor products(const torch::Tensor& x) const;

    const LayerSpec spec_;
    const Method method_;
    double progress_ = 0;
    torch::Tensor weight_;
    torch::Tensor bias_;                          // last layer
    torch::nn::BatchNorm2d batch_norm_{nullptr};  // all others
};

}  // namespace cimarron
