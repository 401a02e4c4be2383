// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// How a network is quantized: the choices of configs/train. docs/training.md has every formula with
// its source.
enum class WeightMethod { floating, bwma, bnn, bwn, dorefa, irnet, adabin };
enum class ActivationMethod { bwma, dorefa, pact, lsq, dsq, sigmoids };
enum class ActivationGradient { soft_clip, straight_through, soft_staircase };  // of bwma

// What some of the published methods leave to the user, at the values they recommend.
struct Tuning {
    double pact_clip = 6;              // where the clip starts
    double pact_decay = 2e-4;          // loss += pact_decay * clip^2
    double dsq_softness = 0.2;         // alpha = 1 - tanh(kappa / 2) at the start
    double sigmoid_temperature = 100;  // at the end; a tenth of it at the start
};

struct Method {
    static constexpr int kFloatBits = 32;

    WeightMethod weights = WeightMethod::bwma;  // floating: the first and last layer too
    ActivationMethod activations = ActivationMethod::bwma;
    int activation_bits = 4;  // 1..8, or kFloatBits: a plain ReLU
    ActivationGradient activation_gradient = ActivationGradient::soft_clip;
    Tuning tuning;
    // Training rounds what the hidden layers multiply to bfloat16 (sums stay in float); weights,
    // batch norms, quantizers, first and last layer and every evaluation stay in float.
    bool bf16 = false;

    bool float_weights() const { return weights == WeightMethod::floating; }
    bool float_activations() const { return activation_bits == kFloatBits; }
    // Only quantized weights with integer activations have an integer network.
    bool exportable() const { return !float_weights() && !float_activations(); }
};

}  // namespace cimarron
