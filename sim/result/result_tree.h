// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"
#include "sim/run/pricing.h"

#include <vector>

namespace cimarron {

// The result of one simulation, with the keys of sim/result/result_key.h. The same inputs give the
// same bytes: no time of day, host or place in it.
Json result_tree(const Outcome& outcome, const Priced& priced, const std::vector<Check>& checks);

}  // namespace cimarron
