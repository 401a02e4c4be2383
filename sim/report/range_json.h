// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"
#include "sim/run/ranges.h"

#include <string>

namespace cimarron {

// [low, high] in the unit of the tree: joules, or square millimetres with scale 1e6.
Json range_json(const Ranged& figure, double scale = 1);

// The `ranges` of a result; operations are those of one image.
Json to_json(const PricedRanges& ranges, double operations);

// The constants that leave most open: what the ends of their ranges multiply the figure by.
Json dominant(const Ranged& figure);

// For people; empty for a result of a version without ranges.
std::string range_text(const Json& result, const char* key, double scale);
std::string dominant_text(const Json& result);

}  // namespace cimarron
