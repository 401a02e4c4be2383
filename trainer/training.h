// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/progress.h"
#include "quant/dataset/dataset.h"
#include "trainer/checkpoint.h"
#include "trainer/model.h"
#include "trainer/sharded_step.h"
#include "trainer/stages.h"
#include "trainer/teacher.h"
#include "trainer/train_config.h"

#include <filesystem>

namespace cimarron {

// One run of cimarron-train in one folder: network.onnx, checkpoint.pt, log.json. Goes on where a
// checkpoint of the same configuration left off; UserError when the folder holds another one.
class Training {
public:
    // With several ranks, all train and the first one writes.
    Training(const TrainConfig& config, const std::filesystem::path& folder, bool restart,
             const Ranks& ranks = {});

    bool finished() const;  // all epochs trained, all files written
    bool train_epoch();     // trains and saves the next epoch; false when there is none left
    void finish();          // writes network.onnx and the final log.json
    const nlohmann::json& log() const { return log_; }

private:
    void warm_start();
    void resume();
    int bits_of(const TrainingStage& stage) const;
    void describe_run();
    void load_data();
    void set_progress(double progress);
    ShardedStep::Result train_batches(const Batches& batches, Progress* progress);
    void export_network();
    void write_log() const;

    const TrainConfig config_;
    const std::vector<TrainingStage> stages_;
    const std::filesystem::path folder_;
    const Ranks ranks_;
    Model model_;
    const std::shared_ptr<const Teacher> teacher_;  // null: the labels teach
    std::unique_ptr<torch::optim::Optimizer> optimizer_;
    ShardedStep step_;
    RunState state_;
    nlohmann::json log_;
    Dataset train_;
    Dataset test_;
    std::vector<int> predictions_;  // of the test images, by the model as it is
};

}  // namespace cimarron
