// SPDX-License-Identifier: Apache-2.0
#include "trainer/method_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace cimarron {
namespace {

using nlohmann::json;

template <class T>
using Names = std::initializer_list<std::pair<const char*, T>>;

const Names<WeightMethod> kWeights = {
    {"float", WeightMethod::floating}, {"bwma", WeightMethod::bwma},
    {"bnn", WeightMethod::bnn},        {"bwn", WeightMethod::bwn},
    {"dorefa", WeightMethod::dorefa},  {"irnet", WeightMethod::irnet},
    {"adabin", WeightMethod::adabin}};
const Names<ActivationMethod> kActivations = {
    {"bwma", ActivationMethod::bwma}, {"dorefa", ActivationMethod::dorefa},
    {"pact", ActivationMethod::pact}, {"lsq", ActivationMethod::lsq},
    {"dsq", ActivationMethod::dsq},   {"sigmoids", ActivationMethod::sigmoids}};
const Names<ActivationGradient> kGradients = {
    {"soft_clip", ActivationGradient::soft_clip},
    {"straight_through", ActivationGradient::straight_through},
    {"soft_staircase", ActivationGradient::soft_staircase}};

template <class T>
std::string name_of(const Names<T>& names, T value) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const auto& entry) { return entry.second == value; });
    return found->first;
}

// One number of Tuning, and the method it belongs to.
struct TuningKey {
    const char* name;
    ActivationMethod method;
    double Tuning::*value;
    Range<double> range;
};
const TuningKey kTuning[] = {
    {"pact_clip", ActivationMethod::pact, &Tuning::pact_clip, {1e-3, 1000}},
    {"pact_decay", ActivationMethod::pact, &Tuning::pact_decay, {0, 1}},
    {"dsq_softness", ActivationMethod::dsq, &Tuning::dsq_softness, {1e-3, 0.5}},
    {"sigmoid_temperature", ActivationMethod::sigmoids, &Tuning::sigmoid_temperature, {20, 10000}},
};

void read_tuning(const YamlReader& reader, Method& method) {
    const YamlReader tuning = reader.optional_child("tuning");
    for (const TuningKey& key : kTuning) {
        const double given = tuning.optional<double>(key.name, -1, key.range);
        if (given < 0) continue;
        if (key.method != method.activations) {
            tuning.fail(key.name, fmt::format("has no meaning with activations: {}",
                                              name_of(kActivations, method.activations)));
        }
        method.tuning.*key.value = given;
    }
    tuning.done();
}

}  // namespace

Method read_method(const YamlReader& reader) {
    Method method;
    method.weights = reader.required_enum<WeightMethod>("weights", kWeights);
    method.activations =
        reader.optional_enum<ActivationMethod>("activations", method.activations, kActivations);
    method.activation_bits = reader.required<int>("activation_bits");
    if (!method.float_activations() && (method.activation_bits < 1 || method.activation_bits > 8)) {
        reader.fail("activation_bits", "must be in 1..8, or 32 for no quantization");
    }
    method.activation_gradient = reader.optional_enum<ActivationGradient>(
        "activation_gradient", method.activation_gradient, kGradients);
    if (method.activations != ActivationMethod::bwma && reader.has("activation_gradient")) {
        reader.fail("activation_gradient", "is a choice of activations: bwma only");
    }
    read_tuning(reader, method);
    return method;
}

json describe(const Method& method) {
    json result = {{"weights", name_of(kWeights, method.weights)},
                   {"activation_bits", method.activation_bits}};
    if (method.float_activations()) return result;
    result["activations"] = name_of(kActivations, method.activations);
    if (method.activations == ActivationMethod::bwma) {
        result["activation_gradient"] = name_of(kGradients, method.activation_gradient);
    }
    for (const TuningKey& key : kTuning) {
        if (key.method == method.activations) result[key.name] = method.tuning.*key.value;
    }
    return result;
}

}  // namespace cimarron
