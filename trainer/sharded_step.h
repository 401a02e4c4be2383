// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/batches.h"
#include "trainer/model.h"
#include "trainer/ranks.h"
#include "trainer/teacher.h"

#include <memory>
#include <vector>

namespace cimarron {

// Forward and backward pass of one batch, cut into a fixed number of shards that run on any number
// of threads and ranks. Each shard has its own gradients and its own batch-norm statistics, and
// they are joined in a fixed order: the result depends on the shards, never on threads and ranks.
class ShardedStep {
public:
    // The loss is the cross-entropy of the labels, of which all classes have the share
    // `label_smoothing` alike, or of the teacher's class probabilities.
    ShardedStep(Model& model, int shards, int threads, const Ranks& ranks = {},
                std::shared_ptr<const Teacher> teacher = nullptr, double label_smoothing = 0);

    struct Result {
        double loss = 0;  // mean over the batch
        int right = 0;    // images whose class was predicted
    };
    // Leaves the mean gradient in the model's parameters.
    Result run(const Batches& batches, int index);

    void set_activation_bits(int bits);
    void set_progress(double progress);  // of the whole run, 0..1

    // Training mode, every shard starting from the model as it is; sets the quantizers' steps that
    // are not set yet from the first images.
    void begin_epoch(const Batches& batches);
    // The model's running statistics become the mean over the shards.
    void end_epoch();

private:
    Result run_shard(std::size_t shard, const Batches& batches, int index) const;
    void run_own_shards(std::size_t thread, const Batches& batches, int index,
                        std::vector<Result>& results) const;
    void exchange(std::vector<Result>& results) const;
    void join_gradients() const;

    const Ranks ranks_;
    const int threads_;
    const std::shared_ptr<const Teacher> teacher_;  // null: the labels teach
    const double label_smoothing_;
    std::vector<Model*> models_;                    // the first is the caller's
    std::vector<std::shared_ptr<Model>> replicas_;  // the others; they share its parameters' memory
};

}  // namespace cimarron
