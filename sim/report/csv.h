// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <string>
#include <vector>

namespace cimarron {

// One line per result. `assignments` (KEY=VALUE per result, the same keys in all; may be empty)
// come first, but those that a column of a result tells as well. Then what a result says once, by
// its descriptions; KEY_low and KEY_high of each range; checks_passed; and each component's energy
// and area. The columns are those of all results; one that lacks a value has an empty field.
std::string csv(const Json& results, const std::vector<std::vector<std::string>>& assignments);

// Fields as RFC 4180 quotes them, and the end of the line.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace cimarron
