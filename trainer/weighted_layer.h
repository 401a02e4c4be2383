// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/spec/network_spec.h"
#include "trainer/method.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

namespace cimarron {

class AdcRange;
class Hardware;

// The chip that computes a layer's products in the forward pass, and the codes it reads.
struct OnChip {
    const Hardware* hardware = nullptr;
    std::uint64_t chip = 0;
    int bits = 8;
    float step = 1;
    AdcRange* adc = nullptr;  // where the ADCs' range is learned
};

// Convolution (a linear layer is one whose kernel is the whole input) and its batch norm; the last
// layer has a bias instead. Latent weights are real; what multiplies depends on the layer and the
// method.
class WeightedLayer : public torch::nn::Module {
public:
    WeightedLayer(const LayerSpec& spec, int in_channels, const Method& method, bool last);

    // With a chip: what it computes, with the gradients of the exact products less what its ADCs
    // clip (trainer/clipping.h); straight through all else that it does to them.
    torch::Tensor forward(const torch::Tensor& x, const OnChip* chip = nullptr);
    torch::Tensor before_norm(const torch::Tensor& x, const OnChip* chip = nullptr) const;
    torch::Tensor effective_weights() const;
    // As exported; not of a float layer.
    using Codes = decltype(ConvNode::weights);
    Codes codes() const;
    void set_progress(double progress) { progress_ = progress; }
    void after_step();  // BNN keeps latent weights in -1..1
    bool binary() const;
    const torch::Tensor& latent() const { return weight_; }
    const torch::Tensor& bias() const { return bias_; }
    const torch::nn::BatchNorm2d& batch_norm() const { return batch_norm_; }

private:
    torch::Tensor products(const torch::Tensor& x) const;
    torch::Tensor products_on(const OnChip& chip, const torch::Tensor& x) const;
    torch::Tensor unclipped_products(const OnChip& chip, const Codes& weights,
                                     const torch::Tensor& codes, double lsb,
                                     const torch::Tensor& x) const;

    const LayerSpec spec_;
    const Method method_;
    double progress_ = 0;
    torch::Tensor weight_;
    torch::Tensor bias_;                          // last layer
    torch::nn::BatchNorm2d batch_norm_{nullptr};  // all others
};

}  // namespace cimarron
