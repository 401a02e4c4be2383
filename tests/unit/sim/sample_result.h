// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <string>

namespace cimarron::test {

// A result with every key that every result has, one item in each list, made from the descriptions.
Json sample_result();

// Without what one key's path names, in every item of its lists.
Json without(Json result, const std::string& path);

}  // namespace cimarron::test
