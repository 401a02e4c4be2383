// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <string>

namespace cimarron {

// A few lines for people: the headline of a result and its checks.
std::string headline(const Json& result);

}  // namespace cimarron
