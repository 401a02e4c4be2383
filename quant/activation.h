// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// Step of the least-squares uniform quantizer with levels 0..2^bits-1 for relu(N(0, 1)), bits 1..8;
// the step for a layer is this times sigma = sqrt(2 E[relu(x)^2]). Computed by numerical
// minimisation of the quantizer's squared error, not looked up.
double half_normal_step(int bits);

// Mean squared error of that quantizer for relu(N(0, 1)) with the given step.
double half_normal_error(int bits, double step);

}  // namespace cimarron
