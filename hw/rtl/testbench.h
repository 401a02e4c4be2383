// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/rtl/golden_vectors.h"

#include <string>

namespace cimarron {

// The testbench beside golden vectors: plain SystemVerilog, no DPI, no library.
std::string testbench(const VectorWork& work, const VectorCounts& counts);

}  // namespace cimarron
