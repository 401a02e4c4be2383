// SPDX-License-Identifier: Apache-2.0
#include "sim/inspect/key_files.h"

#include "quant/spec/network_spec.h"
#include "sim/config/constant_config.h"
#include "sim/config/device_config.h"
#include "sim/config/run_config.h"
#include "sim/config/scaling_config.h"
#include "sim/config/sweep_config.h"
#include "sim/config/technology_config.h"
#include "sim/validate/experiment.h"

namespace cimarron {

std::vector<KeyFile> key_files() {
    return {
        {"run", "configs/run", "one simulation", run_keys()},
        {"sweep", "configs/sweep", "a run, and the keys of it that take several values",
         sweep_keys()},
        {"accelerator", "configs/accelerator", "a chip; all times are cycles of one clock",
         accelerator_keys()},
        {"non_idealities", "configs/non_idealities",
         "which effects are on, and constants that belong to no device", non_idealities_keys()},
        {"technology", "configs/technology", "the constants of a node", technology_keys()},
        {"device", "configs/device", "the constants of a cell", device_keys()},
        {"constant", "in technology, device and non_idealities", "each constant is a mapping",
         constant_keys()},
        {"scaling", "configs/scaling", "the rules that move constants to another node",
         scaling_keys()},
        {"network", "configs/network", "shapes and kinds of weights, no numbers", network_keys()},
        {"validate", "configs/validate", "a published macro beside the model", experiment_keys()},
    };
}

}  // namespace cimarron
