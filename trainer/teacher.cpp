// SPDX-License-Identifier: Apache-2.0
#include "trainer/teacher.h"

#include "common/error.h"
#include "trainer/method_config.h"

#include <fmt/format.h>

namespace cimarron {

Teacher::Teacher(const std::filesystem::path& folder, const TrainConfig& student) {
    Checkpoint checkpoint(folder / "checkpoint.pt");
    Method method;
    method.weights = WeightMethod::floating;
    method.activation_bits = Method::kFloatBits;
    const nlohmann::json expected = describe(method);
    const nlohmann::json& found = checkpoint.state().identity;
    for (const char* key : {"weights", "activation_bits"}) {
        if (found.at(key) == expected.at(key)) continue;
        throw UserError(
            fmt::format("teacher: {} is a run with {}: {}; a teacher is one in floating point, "
                        "with weights: float and activation_bits: 32",
                        folder.string(), key, found.at(key).dump()));
    }
    model_ = std::make_unique<Model>(student.network, method);
    checkpoint.warm_start(*model_);
    if (student.cuda) model_->to(torch::kCUDA);
    model_->eval();
}

torch::Tensor Teacher::probabilities(const torch::Tensor& images) const {
    const torch::NoGradGuard no_gradient;
    return model_->forward(images).softmax(1);
}

}  // namespace cimarron
