// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/validate/experiment.h"

#include <vector>

namespace cimarron {

// What the experiment's macro does in one MVM: the model's own datapath on random data of a fixed
// seed, so that every evaluation sees the same activity.
MacroActivity mvm_activity(const Experiment& experiment, const MacroParams& params);

// What its figures are computed from; the macro's part alone where there is no chip.
AcceleratorActivity experiment_activity(const Experiment& experiment);

// The model's value of each published figure, from the same cost functions and timing formulas as a
// simulation.
std::vector<double> model_figures(const Experiment& experiment, const AcceleratorActivity& activity,
                                  const Technology& technology, const Device& device);

}  // namespace cimarron
