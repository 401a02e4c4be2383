// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/chip_cost.h"
#include "sim/validate/experiment.h"

namespace cimarron {

// What the experiment's chip does on one random image: the network with random weights of a fixed
// seed, mapped and run bit by bit as in a simulation; the cells are written before. Kept for the
// next experiment with the same network, bits and accelerator.
AcceleratorActivity chip_activity(const Experiment& experiment);

// Area, and dynamic energy of that image.
std::vector<ComponentResult> chip_components(const Experiment& experiment,
                                             const AcceleratorActivity& activity,
                                             const Technology& technology, const Device& device);

}  // namespace cimarron
