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
#include "trainer/weight_average.h"

#include <filesystem>

namespace cimarron {

// One run of cimarron-train in one folder: network.onnx, checkpoint.pt, log.json. Goes on where a
// checkpoint of the same configuration left off; UserError when the folder holds another one.
class Training {
public:
    // With several ranks, all train and the first one writes.
    // `weights`: of the same run under way elsewhere (trainer/weights_file.h), to go on from where
    // the folder holds no checkpoint; empty: none.
    Training(const TrainConfig& config, const std::filesystem::path& folder, bool restart,
             const Ranks& ranks = {}, const std::filesystem::path& weights = {});

    bool finished() const;  // all epochs trained, all files written
    bool train_epoch();     // trains and saves the next epoch; false when there is none left
    void finish();          // writes network.onnx and the final log.json
    void export_weights(const std::filesystem::path& file) const;
    const nlohmann::json& log() const { return log_; }

private:
    void warm_start();
    void resume();
    void resume_from(const std::filesystem::path& weights);
    void expect_same_run(const std::filesystem::path& place, const RunState& found) const;
    int bits_of(const TrainingStage& stage) const;
    void set_activation_bits(int bits);
    void set_activation_bits_after(int epochs);
    void describe_run();
    void load_data();
    void set_progress(double progress);
    ShardedStep::Result train_batches(const Batches& batches, Progress* progress);
    void export_network();
    void write_log() const;
    Model& trained() { return average_ ? average_->model() : model_; }

    const TrainConfig config_;
    const std::vector<TrainingStage> stages_;
    const std::filesystem::path folder_;
    const Ranks ranks_;
    Model model_;
    const std::shared_ptr<const Teacher> teacher_;  // null: the labels teach
    const std::unique_ptr<WeightAverage> average_;  // null: the latest weights are the result
    std::unique_ptr<torch::optim::Optimizer> optimizer_;
    ShardedStep step_;
    RunState state_;
    nlohmann::json log_;
    Dataset train_;
    Dataset test_;
    std::vector<int> predictions_;  // of the test images, by the model as it is
};

}  // namespace cimarron
