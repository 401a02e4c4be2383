// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/dataset/dataset.h"
#include "quant/integer_network.h"
#include "trainer/model.h"

#include <vector>

namespace cimarron {

// Predicted class of every image, by the trained network in floating point (evaluation mode) ...
std::vector<int> float_predictions(Model& model, const Dataset& data, int threads);
// ... and by the integer network that hardware executes.
std::vector<int> integer_predictions(const IntegerNetwork& network, const Dataset& data,
                                     int threads);

// Share of right predictions, in percent.
double accuracy(const std::vector<int>& predictions, const Dataset& data);

}  // namespace cimarron
