// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/yaml_reader.h"
#include "hw/technology/constant.h"

#include <string>

namespace cimarron {

// One constant: {value: 1.5, unit: fF, source: "where it comes from", grade: published}. The unit
// must be the one the formulas use, the source must say something, the value must be at least
// `least`. `range: [low, high]` is optional; without it the grade's factor holds (constant.h).
Constant read_constant(const YamlReader& parent, const std::string& key, const std::string& unit,
                       double least);
YAML::Node to_yaml(const Constant& constant);

std::string to_string(Grade grade);

}  // namespace cimarron
