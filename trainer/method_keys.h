// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "trainer/method.h"

namespace cimarron {

constexpr Names<WeightMethod> kWeights = {
    {"float", WeightMethod::floating}, {"bwma", WeightMethod::bwma},
    {"bnn", WeightMethod::bnn},        {"bwn", WeightMethod::bwn},
    {"dorefa", WeightMethod::dorefa},  {"irnet", WeightMethod::irnet},
    {"adabin", WeightMethod::adabin}};
constexpr Names<ActivationMethod> kActivations = {
    {"bwma", ActivationMethod::bwma}, {"dorefa", ActivationMethod::dorefa},
    {"pact", ActivationMethod::pact}, {"lsq", ActivationMethod::lsq},
    {"dsq", ActivationMethod::dsq},   {"sigmoids", ActivationMethod::sigmoids}};
constexpr Names<ActivationGradient> kGradients = {
    {"soft_clip", ActivationGradient::soft_clip},
    {"straight_through", ActivationGradient::straight_through},
    {"soft_staircase", ActivationGradient::soft_staircase}};

// One number of Tuning, and the method it belongs to.
struct TuningKey {
    Key key;
    ActivationMethod method;
    double Tuning::*value;
    Range<double> range;
};
const TuningKey kTuning[] = {
    {{"pact_clip", "", "pact: where the clip starts", "6"},
     ActivationMethod::pact,
     &Tuning::pact_clip,
     {1e-3, 1000}},
    {{"pact_decay", "", "pact: loss += pact_decay clip^2", "0.0002"},
     ActivationMethod::pact,
     &Tuning::pact_decay,
     {0, 1}},
    {{"dsq_softness", "", "dsq: 1 - tanh(k / 2) at the start", "0.2"},
     ActivationMethod::dsq,
     &Tuning::dsq_softness,
     {1e-3, 0.5}},
    {{"sigmoid_temperature", "", "sigmoids: at the end; a tenth of it at the start", "100"},
     ActivationMethod::sigmoids,
     &Tuning::sigmoid_temperature,
     {20, 10000}},
};

// The method's keys of a training file.
template <class Keys>
void describe_method(Keys& f, Method& method) {
    f.choice(
        {"weights", "", "how kernels are quantized; float: the first and last layer too", "bwma"},
        method.weights, kWeights);
    f.optional_choice({"activations", "", "how activations are", "bwma"}, method.activations,
                      kActivations);
    f.value({"activation_bits", "bits", "1 to 8, or 32: a plain ReLU", "4"},
            method.activation_bits);
    f.optional_choice({"activation_gradient", "", "of activations: bwma", "soft_clip"},
                      method.activation_gradient, kGradients);
    f.optional_child({"tuning", "", "what published methods leave open", "", "what they recommend"},
                     [&](auto& t) {
                         for (const TuningKey& one : kTuning)
                             t.optional(one.key, method.tuning.*one.value, one.range);
                     });
}

}  // namespace cimarron
