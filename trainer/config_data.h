// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/dataset/dataset.h"
#include "trainer/train_config.h"

#include <vector>

namespace cimarron {

// The images that a training file names.
Dataset load_images(const TrainConfig& config, Split split);
// UserError where the network or the batch does not fit them.
void expect_fit(const TrainConfig& config, const Dataset& train);
// Of the first `count` images; those in files of their own are read.
std::vector<Codes> first_codes(const Dataset& data, int count);

}  // namespace cimarron
