// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/yaml_reader.h"
#include "trainer/method.h"

#include <nlohmann/json_fwd.hpp>

namespace cimarron {

// The method's keys of a training file: weights, activations, activation_bits,
// activation_gradient and tuning. A key that the method does not use is an error.
Method read_method(const YamlReader& reader);

// What of it decides the result.
nlohmann::json describe(const Method& method);

}  // namespace cimarron
