// SPDX-License-Identifier: Apache-2.0
#include "trainer/weight_average.h"

#include <torch/utils.h>

#include <algorithm>

namespace cimarron {

WeightAverage::WeightAverage(const Model& model, double decay)
    : model_(model),
      decay_(decay),
      average_(std::make_shared<Model>(model.spec(), model.method(), model.hardware())) {
    average_->to(model.device());
}

void WeightAverage::set_activation_bits(int bits) {
    average_->set_activation_bits(bits);
}

void WeightAverage::update() {
    const torch::NoGradGuard no_gradient;
    const auto t = static_cast<double>(steps_++);
    const double share = 1 - std::min(decay_, t / (10 + t));
    const auto towards = [&](const torch::Tensor& average, const torch::Tensor& now) {
        average.lerp_(now, share);
    };
    const std::vector<torch::Tensor> parameters = model_.parameters();
    const std::vector<torch::Tensor> averages = average_->parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) towards(averages[i], parameters[i]);
    const std::vector<torch::Tensor> buffers = model_.buffers();
    const std::vector<torch::Tensor> averaged = average_->buffers();
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        // Batch norms' statistics; counts, ranges and marks are as they are now.
        if (buffers[i].dim() == 1) {
            towards(averaged[i], buffers[i]);
        } else {
            averaged[i].copy_(buffers[i]);
        }
    }
}

}  // namespace cimarron
