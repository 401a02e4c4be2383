// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/train_config.h"

#include <filesystem>
#include <map>
#include <string>

namespace cimarron {

// Joules of an image on a chip.
struct ImageEnergy {
    double total = 0;
    std::map<std::string, double> layers;  // dynamic, and leakage by the share of the cycles
};

// Runs `cimarron simulate`, the program beside this one, on an exported network and test images of
// the training's data set; its result and output go into `folder`. Throws UserError when it fails.
ImageEnergy simulate_energy(const TrainConfig& config, const std::filesystem::path& network,
                            int activation_bits, const std::filesystem::path& folder);

}  // namespace cimarron
