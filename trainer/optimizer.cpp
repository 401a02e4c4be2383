// SPDX-License-Identifier: Apache-2.0
#include "trainer/optimizer.h"

#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

namespace cimarron {
namespace {

using torch::optim::OptimizerParamGroup;

std::unique_ptr<torch::optim::OptimizerOptions> options(const TrainConfig& config, double decay) {
    if (config.optimizer == OptimizerKind::sgd) {
        torch::optim::SGDOptions sgd(config.learning_rate);
        sgd.momentum(0.9).nesterov(true).weight_decay(decay);
        return std::make_unique<torch::optim::SGDOptions>(sgd);
    }
    torch::optim::AdamWOptions adam(config.learning_rate);
    adam.weight_decay(decay);
    return std::make_unique<torch::optim::AdamWOptions>(adam);
}

}  // namespace

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const Model& model,
                                                        const TrainConfig& config) {
    std::vector<torch::Tensor> kernels;
    std::vector<torch::Tensor> others;
    for (const torch::Tensor& parameter : model.parameters()) {
        (parameter.dim() == 4 ? kernels : others).push_back(parameter);
    }
    const std::vector<OptimizerParamGroup> groups = {
        OptimizerParamGroup(kernels, options(config, config.weight_decay)),
        OptimizerParamGroup(others, options(config, 0))};
    if (config.optimizer == OptimizerKind::sgd) {
        return std::make_unique<torch::optim::SGD>(groups,
                                                   torch::optim::SGDOptions(config.learning_rate));
    }
    return std::make_unique<torch::optim::AdamW>(groups);
}

}  // namespace cimarron
