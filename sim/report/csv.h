// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <string>
#include <vector>

namespace cimarron {

// One line per result: the headline numbers, then each component's energy and area. `assignments`
// (KEY=VALUE per result, may be empty) adds a column for each key the headline does not show.
std::string csv(const Json& results, const std::vector<std::vector<std::string>>& assignments);

// Fields as RFC 4180 quotes them, and the end of the line.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace cimarron
