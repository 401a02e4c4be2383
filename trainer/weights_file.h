// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/checkpoint.h"

#include <torch/serialize/input-archive.h>

#include <filesystem>

namespace cimarron {

// A run under way in half precision, a third or less of a checkpoint: network and RunState. A run
// that starts from one goes on after the same epoch; what the optimizer knew, and the mean of the
// weights, it gathers anew.
void save_weights(const std::filesystem::path& file, const Model& model, const RunState& state);

class WeightsFile {
public:
    explicit WeightsFile(const std::filesystem::path& file);  // UserError unless whole

    const RunState& state() const { return state_; }
    void restore(Model& model);  // of the same network file and method

private:
    std::filesystem::path file_;
    torch::serialize::InputArchive archive_;
    RunState state_;
};

}  // namespace cimarron
