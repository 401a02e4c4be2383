// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/predict/predict.h"
#include "sim/run/placed_chip.h"

#include <vector>

namespace cimarron {

// A network on a run's chip.
struct ChipNetwork {
    Network network;
    IntegerNetwork integers;  // with the chip's coefficient bits
    PlacedChip chip;          // with the run's ADCs calibrated
};
ChipNetwork chip_network(const RunConfig& config);

// Of a network's tensors those that leave a tile; what a tile pools itself it sends pooled only.
std::vector<CodeTensor> sent_tensors(const ChipNetwork& chip);

// As predict(), but by the chip's datapath.
void predict_on_chip(const ChipNetwork& chip, const InputImages& images,
                     const std::vector<CodeTensor>& tensors, const PredictionSink& sink);

}  // namespace cimarron
