// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/model.h"
#include "trainer/weight_average.h"

#include <torch/optim/optimizer.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace cimarron {

// What a run needs, beside the tensors, to go on after `epochs` finished epochs.
struct RunState {
    nlohmann::json identity;  // describe(TrainConfig) and the warm start's fingerprint
    int epochs = 0;
    nlohmann::json history = nlohmann::json::array();  // one entry per epoch, as in log.json
};

void write_state(torch::serialize::OutputArchive& archive, const RunState& state);
// UserError, naming the file, where it holds none.
RunState read_state(const std::filesystem::path& file, torch::serialize::InputArchive& archive);

// Network, optimizer and RunState after a whole epoch. Where weights are averaged (else null),
// their mean is the network, and the latest ones are kept to go on from.
void save_checkpoint(const std::filesystem::path& file, const Model& model,
                     const torch::optim::Optimizer& optimizer, const RunState& state,
                     const WeightAverage* average);

// A checkpoint that was read whole and whose checksum is right; UserError otherwise.
class Checkpoint {
public:
    explicit Checkpoint(const std::filesystem::path& file);

    const RunState& state() const { return state_; }
    // UserError unless the checkpoint is of the same network file.
    void restore(Model& model);
    void restore(Model& latest, WeightAverage& average);
    // Kernels and batch norms only, from a run with any method: its quantizers start anew.
    void warm_start(Model& model);
    void restore(torch::optim::Optimizer& optimizer);

private:
    void expect_network(const Model& model) const;
    void read(const std::string& name, Model& model);

    std::filesystem::path file_;
    torch::serialize::InputArchive archive_;
    RunState state_;
};

// SHA-256 over every kernel, bias and batch norm: what warm_start() takes over.
std::string fingerprint(const Model& model);

}  // namespace cimarron
