// SPDX-License-Identifier: Apache-2.0
#include "trainer/sharded_step.h"

#include <ATen/Parallel.h>
#include <torch/nn/functional/loss.h>
#include <torch/utils.h>

#include <algorithm>
#include <future>

namespace cimarron {

ShardedStep::ShardedStep(Model& model, int shards, int threads)
    : threads_(std::min(shards, threads)), models_{&model} {
    for (int k = 1; k < shards; ++k) {
        replicas_.push_back(std::make_shared<Model>(model.spec(), model.method()));
        models_.push_back(replicas_.back().get());
    }
}

ShardedStep::Result ShardedStep::run_shard(std::size_t shard, const Batches& batches,
                                           int index) const {
    Model& model = *models_[shard];
    const Batch batch =
        batches.get(index, static_cast<int>(shard), static_cast<int>(models_.size()));
    for (const torch::Tensor& parameter : model.parameters()) {
        if (parameter.grad().defined()) parameter.mutable_grad().zero_();
    }
    const torch::Tensor logits = model.forward(batch.images);
    const auto options = torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum);
    const torch::Tensor loss =
        torch::nn::functional::cross_entropy(logits, batch.labels, options) / batches.batch();
    // Once a batch, not once a shard.
    (shard == 0 ? loss + model.regularization() : loss).backward();
    return {loss.item<double>(), logits.detach().argmax(1).eq(batch.labels).sum().item<int>()};
}

ShardedStep::Result ShardedStep::run(const Batches& batches, int index) {
    std::vector<Result> results(models_.size());
    const auto work = [&](std::size_t thread) {
        at::set_num_threads(1);  // of the calling thread: shards are the only parallelism
        for (std::size_t k = thread; k < models_.size(); k += static_cast<std::size_t>(threads_)) {
            results[k] = run_shard(k, batches, index);
        }
    };
    std::vector<std::future<void>> others;
    for (int t = 1; t < threads_; ++t) {
        others.push_back(std::async(std::launch::async, work, static_cast<std::size_t>(t)));
    }
    work(0);
    for (std::future<void>& other : others) other.get();
    join_gradients();
    Result total;
    for (const Result& result : results) {
        total.loss += result.loss;
        total.right += result.right;
    }
    return total;
}

void ShardedStep::join_gradients() const {
    const std::vector<torch::Tensor> parameters = models_[0]->parameters();
    for (std::size_t k = 1; k < models_.size(); ++k) {
        const std::vector<torch::Tensor> own = models_[k]->parameters();
        for (std::size_t i = 0; i < own.size(); ++i) {
            if (own[i].grad().defined()) parameters[i].mutable_grad() += own[i].grad();
        }
    }
}

void ShardedStep::set_progress(double progress) {
    for (Model* model : models_) model->set_progress(progress);
}

void ShardedStep::begin_epoch(const Batches& batches) {
    const torch::NoGradGuard no_gradient;
    for (Model* model : models_) model->begin_epoch();
    models_[0]->forward(batches.get(0, 0, static_cast<int>(models_.size())).images);
    const std::vector<torch::Tensor> parameters = models_[0]->parameters();
    const std::vector<torch::Tensor> buffers = models_[0]->buffers();
    for (const auto& replica : replicas_) {
        const std::vector<torch::Tensor> own = replica->parameters();
        const std::vector<torch::Tensor> own_buffers = replica->buffers();
        for (std::size_t i = 0; i < own.size(); ++i) own[i].set_data(parameters[i].data());
        for (std::size_t i = 0; i < buffers.size(); ++i) own_buffers[i].copy_(buffers[i]);
    }
}

void ShardedStep::end_epoch() {
    const torch::NoGradGuard no_gradient;
    const std::vector<torch::Tensor> buffers = models_[0]->buffers();
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        if (!buffers[i].is_floating_point()) continue;  // counters of batches, all equal
        for (const auto& replica : replicas_) buffers[i].add_(replica->buffers()[i]);
        buffers[i].div_(static_cast<double>(models_.size()));
    }
}

}  // namespace cimarron
