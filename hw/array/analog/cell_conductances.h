// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/non_idealities.h"

#include <cstdint>

namespace cimarron {

// Draws a row's conductances, each once for its cell:
//   G = G_state exp(sigma z - sigma^2 / 2 - nu ln(t / t0)),  nu = nu_state max(0, 1 + sigma_nu z')
// kept in steps of 1/kConductanceSteps, rounded at random, up to kLargestConductance of them.
// on[count]: 1 for a cell at 1, else 0. `key` is the macro's.
void draw_conductances(const CellNonIdealities& cell, std::uint64_t key, int row, const float* on,
                       int count, std::uint16_t* steps);

}  // namespace cimarron
