// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"
#include "sim/run/pricing.h"

namespace cimarron {

// The result tree of one simulation (docs/formats.md, "Results"). The same inputs give the same
// bytes: no time of day, host or place in it.
Json result_tree(const Outcome& outcome, const Priced& priced, const std::vector<Check>& checks);

// A few lines for people: the headline of a result tree and its checks.
std::string headline(const Json& result);

}  // namespace cimarron
