// SPDX-License-Identifier: Apache-2.0
#include "trainer/sharded_step.h"

#include "common/noise.h"

#include <ATen/Parallel.h>
#include <torch/nn/functional/loss.h>
#include <torch/utils.h>

#include <algorithm>
#include <future>

namespace cimarron {

namespace {

// All tensors as one vector; what is undefined counts as zeros.
torch::Tensor flatten(const std::vector<torch::Tensor>& tensors,
                      const std::vector<torch::Tensor>& like) {
    std::vector<torch::Tensor> parts;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        parts.push_back(tensors[i].defined() ? tensors[i].reshape(-1)
                                             : torch::zeros({like[i].numel()}, like[i].options()));
    }
    return torch::cat(parts).cpu();
}

// The part of `flat` that belongs to each tensor in turn.
template <class Work>
void unflatten(const torch::Tensor& flat, const std::vector<torch::Tensor>& like,
               const Work& work) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i < like.size(); ++i) {
        work(i, flat.slice(0, at, at + like[i].numel()).view(like[i].sizes()));
        at += like[i].numel();
    }
}

std::vector<torch::Tensor> gradients(const Model& model) {
    std::vector<torch::Tensor> result;
    for (const torch::Tensor& parameter : model.parameters()) result.push_back(parameter.grad());
    return result;
}

std::vector<torch::Tensor> statistics(const Model& model) {
    std::vector<torch::Tensor> result;
    for (const torch::Tensor& buffer : model.buffers()) {
        if (buffer.is_floating_point()) result.push_back(buffer);
    }
    return result;
}

}  // namespace

ShardedStep::ShardedStep(Model& model, int shards, int threads, const Ranks& ranks,
                         std::shared_ptr<const Teacher> teacher, double label_smoothing)
    : ranks_(ranks),
      threads_(std::min(shards, threads)),
      teacher_(std::move(teacher)),
      label_smoothing_(label_smoothing),
      models_{&model} {
    for (int k = 1; k < shards; ++k) {
        replicas_.push_back(
            std::make_shared<Model>(model.spec(), model.method(), model.hardware()));
        replicas_.back()->to(model.device());
        models_.push_back(replicas_.back().get());
    }
}

ShardedStep::Result ShardedStep::run_shard(std::size_t shard, const Batches& batches,
                                           int index) const {
    Model& model = *models_[shard];
    const Batch batch =
        batches.get(index, static_cast<int>(shard), static_cast<int>(models_.size()));
    for (const torch::Tensor& parameter : model.parameters()) parameter.mutable_grad().reset();
    model.set_draw(
        derive_key(batches.key(), static_cast<std::uint64_t>(index) * models_.size() + shard));
    const torch::Tensor labels = batch.labels.to(model.device());
    const torch::Tensor images = batch.images.to(model.device());
    const torch::Tensor logits = model.forward(images);
    const auto options = torch::nn::functional::CrossEntropyFuncOptions()
                             .reduction(torch::kSum)
                             .label_smoothing(label_smoothing_);
    const torch::Tensor loss =
        torch::nn::functional::cross_entropy(
            logits, teacher_ ? teacher_->probabilities(images) : labels, options) /
        batches.batch();
    // Once a batch, not once a shard.
    (shard == 0 ? loss + model.regularization() : loss).backward();
    return {loss.item<double>(), logits.detach().argmax(1).eq(labels).sum().item<int>()};
}

ShardedStep::Result ShardedStep::run(const Batches& batches, int index) {
    std::vector<Result> results(models_.size());
    std::vector<std::future<void>> others;
    for (int t = 1; t < threads_; ++t) {
        others.push_back(std::async(std::launch::async, [&, t] {
            run_own_shards(static_cast<std::size_t>(t), batches, index, results);
        }));
    }
    run_own_shards(0, batches, index, results);
    for (std::future<void>& other : others) other.get();
    if (ranks_.size() > 1) exchange(results);
    join_gradients();
    Result total;
    for (const Result& result : results) {
        total.loss += result.loss;
        total.right += result.right;
    }
    return total;
}

void ShardedStep::run_own_shards(std::size_t thread, const Batches& batches, int index,
                                 std::vector<Result>& results) const {
    at::set_num_threads(1);  // of the calling thread: shards are the only parallelism
    std::size_t own = 0;
    for (std::size_t k = 0; k < models_.size(); ++k) {
        if (ranks_.owner(k) != ranks_.rank()) continue;
        if (own++ % static_cast<std::size_t>(threads_) != thread) continue;
        results[k] = run_shard(k, batches, index);
    }
}

// Every rank gets every shard's gradient, so that all add them in the same order.
void ShardedStep::exchange(std::vector<Result>& results) const {
    const torch::NoGradGuard no_gradient;
    for (std::size_t k = 0; k < models_.size(); ++k) {
        const std::vector<torch::Tensor> parameters = models_[k]->parameters();
        const torch::Tensor flat = flatten(gradients(*models_[k]), parameters);
        torch::Tensor result =
            torch::tensor({results[k].loss, 1.0 * results[k].right}, torch::kDouble);
        ranks_.broadcast(flat, ranks_.owner(k));
        ranks_.broadcast(result, ranks_.owner(k));
        results[k] = {result[0].item<double>(), static_cast<int>(result[1].item<double>())};
        unflatten(flat, parameters, [&](std::size_t i, const torch::Tensor& part) {
            parameters[i].mutable_grad() = part.clone().to(parameters[i].device());
        });
    }
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

void ShardedStep::set_activation_bits(int bits) {
    for (Model* model : models_) model->set_activation_bits(bits);
}

void ShardedStep::set_progress(double progress) {
    for (Model* model : models_) model->set_progress(progress);
}

void ShardedStep::begin_epoch(const Batches& batches) {
    const torch::NoGradGuard no_gradient;
    for (Model* model : models_) model->begin_epoch();
    const Batch first = batches.get(0, 0, static_cast<int>(models_.size()));
    models_[0]->forward(first.images.to(models_[0]->device()));
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
    torch::Tensor sum;
    for (std::size_t k = 0; k < models_.size(); ++k) {
        const std::vector<torch::Tensor> own = statistics(*models_[k]);
        const torch::Tensor flat = flatten(own, own);
        ranks_.broadcast(flat, ranks_.owner(k));
        sum = sum.defined() ? sum + flat : flat;
    }
    sum = sum / static_cast<double>(models_.size());
    const std::vector<torch::Tensor> joined = statistics(*models_[0]);
    unflatten(sum, joined,
              [&](std::size_t i, const torch::Tensor& part) { joined[i].copy_(part); });
}

}  // namespace cimarron
