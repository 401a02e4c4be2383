// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/train_config.h"

#include <filesystem>

namespace cimarron {

// Chooses the activation bits of every layer with binary weights: from activation_bits everywhere,
// step by step the narrower codes that cost least loss per joule saved, until the energy of an
// image is `budget` of what it was.
//   loss    of a layer at b bits: cross-entropy of training images with the warm start's weights,
//   no
//           training, steps set anew, batch norms with the statistics of the batch
//   energy  of a layer at b bits: dynamic, and leakage by its share of the cycles, as
//           `cimarron simulate` (run as a child process) says of the network with b bits everywhere
// All measurements are kept in folder/search.json as they are made: the same command goes on there.
// Returns the network with the chosen bits. UserError when no choice meets the budget, or when the
// folder holds another search.
NetworkSpec search_bits(const TrainConfig& config, const std::filesystem::path& folder);

}  // namespace cimarron
