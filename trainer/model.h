// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/spec/network_spec.h"
#include "trainer/activation_quantizer.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

#include <memory>
#include <vector>

namespace cimarron {

// Convolution (a linear layer is one whose kernel is the whole input) and its batch norm; the last
// layer has a bias instead. Latent weights are real; what multiplies depends on the weight kind.
class WeightedLayer : public torch::nn::Module {
public:
    WeightedLayer(const LayerSpec& spec, int in_channels, bool float_weights, bool last);

    torch::Tensor forward(const torch::Tensor& x);
    torch::Tensor effective_weights() const;
    const torch::Tensor& latent() const { return weight_; }
    const torch::Tensor& bias() const { return bias_; }
    const torch::nn::BatchNorm2d& batch_norm() const { return batch_norm_; }

private:
    const LayerSpec spec_;
    const bool float_weights_;
    torch::Tensor weight_;
    torch::Tensor bias_;                          // last layer
    torch::nn::BatchNorm2d batch_norm_{nullptr};  // all others
};

// A network being trained. Images are [n][c][h][w] in 0..1; the result is [n][classes].
// activation_bits 32 is a plain ReLU. The last quantizer before the last layer has 8 bits.
class Model : public torch::nn::Module {
public:
    Model(const NetworkSpec& spec, bool float_weights, int activation_bits);

    torch::Tensor forward(torch::Tensor x);
    void set_ripple(double ripple);
    void forget_steps();

    // The parts behind each layer of the network file; null where it has none.
    struct Part {
        LayerSpec spec;
        std::shared_ptr<WeightedLayer> weighted;
        std::shared_ptr<LearnedQuantizer> quantizer;
    };
    const NetworkSpec& spec() const { return spec_; }
    bool float_weights() const { return float_weights_; }
    int activation_bits() const { return activation_bits_; }
    const std::vector<Part>& parts() const { return parts_; }
    std::int64_t parameter_count() const;

private:
    const NetworkSpec spec_;
    const bool float_weights_;
    const int activation_bits_;
    std::vector<Part> parts_;
};

}  // namespace cimarron
