// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/compare/compare.h"

#include <cstddef>
#include <string>

namespace cimarron {

// For people: a line for each of the first `most` differences, the worst first, and one that sums
// up.
std::string to_text(const Comparison& comparison, std::size_t most);

}  // namespace cimarron
