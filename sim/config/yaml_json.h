// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>
#include <nlohmann/json.hpp>

#include <string>

namespace cimarron {

using Json = nlohmann::ordered_json;

// The same tree as JSON: plain scalars that read as an integer, a number or true/false become one,
// except under the keys name, unit, source and grade.
Json to_json(const YAML::Node& node);

// Block style YAML text, mappings of scalars only on one line.
std::string to_text(const YAML::Node& node);

}  // namespace cimarron
