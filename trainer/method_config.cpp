// SPDX-License-Identifier: Apache-2.0
#include "trainer/method_config.h"

#include "trainer/method_keys.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace cimarron {
namespace {

using nlohmann::json;

template <class T>
std::string name_of(Names<T> names, T value) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const auto& entry) { return entry.second == value; });
    return found->first;
}

void check_tuning(const YamlReader& reader, const Method& method) {
    const YamlReader tuning = reader.optional_child("tuning");
    for (const TuningKey& one : kTuning)
        if (one.method != method.activations && tuning.has(one.key.name)) {
            tuning.fail(one.key.name, fmt::format("has no meaning with activations: {}",
                                                  name_of(kActivations, method.activations)));
        }
}

}  // namespace

void check_method(const YamlReader& reader, const Method& method) {
    if (!method.float_activations() && (method.activation_bits < 1 || method.activation_bits > 8)) {
        reader.fail("activation_bits", "must be in 1..8, or 32 for no quantization");
    }
    if (method.activations != ActivationMethod::bwma && reader.has("activation_gradient")) {
        reader.fail("activation_gradient", "is a choice of activations: bwma only");
    }
    check_tuning(reader, method);
}

json describe(const Method& method) {
    json result = {{"weights", name_of(kWeights, method.weights)},
                   {"activation_bits", method.activation_bits}};
    if (method.float_activations()) return result;
    result["activations"] = name_of(kActivations, method.activations);
    if (method.activations == ActivationMethod::bwma) {
        result["activation_gradient"] = name_of(kGradients, method.activation_gradient);
    }
    for (const TuningKey& one : kTuning) {
        if (one.method == method.activations) result[one.key.name] = method.tuning.*one.value;
    }
    return result;
}

}  // namespace cimarron
