// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/model.h"
#include "trainer/train_config.h"

#include <torch/optim/optimizer.h>

#include <memory>

namespace cimarron {

// Adam with decoupled weight decay, or SGD with Nesterov's momentum 0.9. Weight decay acts on
// kernels alone, never on batch norms, biases and quantizers.
std::unique_ptr<torch::optim::Optimizer> make_optimizer(const Model& model,
                                                        const TrainConfig& config);

}  // namespace cimarron
