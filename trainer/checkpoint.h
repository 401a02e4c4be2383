// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/model.h"

#include <torch/optim/optimizer.h>
#include <torch/serialize/input-archive.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace cimarron {

// What a run needs, beside the tensors, to go on after `epochs` finished epochs.
struct RunState {
    nlohmann::json identity;  // describe(TrainConfig) and the warm start's fingerprint
    int epochs = 0;
    nlohmann::json history = nlohmann::json::array();  // one entry per epoch, as in log.json
};

// Network, optimizer and RunState after a whole epoch, as a libtorch archive followed by its
// SHA-256 in hexadecimal. Written aside and renamed: a kill leaves the previous one.
void save_checkpoint(const std::filesystem::path& file, const Model& model,
                     const torch::optim::Optimizer& optimizer, const RunState& state);

// A checkpoint that was read whole and whose checksum is right; UserError otherwise.
class Checkpoint {
public:
    explicit Checkpoint(const std::filesystem::path& file);

    const RunState& state() const { return state_; }
    // UserError unless the checkpoint is of the same network file.
    void restore(Model& model);
    // Kernels and batch norms only, from a run with any method: its quantizers start anew.
    void warm_start(Model& model);
    void restore(torch::optim::Optimizer& optimizer);

private:
    void expect_network(const Model& model) const;

    std::filesystem::path file_;
    RunState state_;
    torch::serialize::InputArchive archive_;
};

// SHA-256 over every kernel, bias and batch norm: what warm_start() takes over.
std::string fingerprint(const Model& model);

}  // namespace cimarron
