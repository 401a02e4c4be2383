// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/yaml_reader.h"
#include "trainer/method.h"

#include <nlohmann/json_fwd.hpp>

namespace cimarron {

// A key of the file that its method (trainer/method_keys.h) does not use is an error.
void check_method(const YamlReader& reader, const Method& method);

// What of it decides the result.
nlohmann::json describe(const Method& method);

}  // namespace cimarron
