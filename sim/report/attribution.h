// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/report/table.h"

#include <string>

namespace cimarron {

// Where the cycles of a result go: those of the macros, and those of an image's latency.

Table critical_path_table(const Json& result);
Table stall_table(const Json& result);  // per layer, each state's share of its macros' cycles
std::string critical_path_text(const Json& result);  // its longest parts, in a line

}  // namespace cimarron
