// SPDX-License-Identifier: Apache-2.0
#include "trainer/integer_weight.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

constexpr float kLargestValue = 127;

struct IntegerFunction : torch::autograd::Function<IntegerFunction> {
    static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& latent) {
        const IntegerWeights codes = integer_weights(latent);
        torch::Tensor out = torch::empty(latent.sizes());
        const std::size_t fan_in = codes.values.size() / codes.scale.size();
        for (std::size_t i = 0; i < codes.values.size(); ++i) {
            out.data_ptr<float>()[i] =
                static_cast<float>(codes.values[i]) * static_cast<float>(codes.scale[i / fan_in]);
        }
        return out.to(latent.device());
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext*,
                                                 torch::autograd::tensor_list gradients) {
        return gradients;
    }
};

}  // namespace

IntegerWeights integer_weights(const torch::Tensor& latent) {
    const torch::Tensor in = latent.detach().cpu().contiguous();
    const auto channels = static_cast<std::size_t>(in.size(0));
    const std::size_t fan_in = static_cast<std::size_t>(in.numel()) / channels;
    IntegerWeights result;
    result.bits = 8;
    for (std::size_t o = 0; o < channels; ++o) {
        const float* w = in.data_ptr<float>() + o * fan_in;
        float largest = 0;
        for (std::size_t i = 0; i < fan_in; ++i) largest = std::max(largest, std::abs(w[i]));
        const float scale = largest > 0 ? largest / kLargestValue : 1.0F;
        result.scale.push_back(scale);
        for (std::size_t i = 0; i < fan_in; ++i) {
            const float value =
                std::clamp(std::nearbyint(w[i] / scale), -kLargestValue, kLargestValue);
            result.values.push_back(static_cast<std::int8_t>(value));
        }
    }
    return result;
}

torch::Tensor fake_integer_weights(const torch::Tensor& latent) {
    return IntegerFunction::apply(latent);
}

}  // namespace cimarron
