// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/program.h"
#include "sim/run/workload.h"

namespace cimarron {

// The run's network on its chip, with the ADCs of each layer calibrated where the run asks for it.
Program place(const RunConfig& config, const AcceleratorParams& params, const Workload& workload);

}  // namespace cimarron
