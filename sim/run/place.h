// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/run/placed_chip.h"
#include "sim/run/workload.h"

namespace cimarron {

// A run's chip with the network on it, and the ADCs of each layer calibrated where the run asks for
// it.
PlacedChip place(const RunConfig& config, const Workload& workload);

}  // namespace cimarron
