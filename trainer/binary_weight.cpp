// SPDX-License-Identifier: Apache-2.0
#include "trainer/binary_weight.h"

#include "quant/two_level.h"

#include <torch/csrc/autograd/custom_function.h>

namespace cimarron {
namespace {

struct TwoLevelFunction : torch::autograd::Function<TwoLevelFunction> {
    static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& latent) {
        const torch::Tensor in = latent.contiguous();
        torch::Tensor out = torch::empty_like(in);
        const auto channels = static_cast<std::size_t>(in.size(0));
        const std::size_t fan_in = static_cast<std::size_t>(in.numel()) / channels;
        for (std::size_t o = 0; o < channels; ++o) {
            const float* w = in.data_ptr<float>() + o * fan_in;
            const TwoLevel levels = two_level_closed_form(w, fan_in);
            const auto alpha = static_cast<float>(levels.alpha);
            const auto beta = static_cast<float>(levels.beta);
            float* y = out.data_ptr<float>() + o * fan_in;
            for (std::size_t i = 0; i < fan_in; ++i) {
                y[i] = static_cast<double>(w[i]) >= levels.threshold ? beta + alpha : beta - alpha;
            }
        }
        return out;
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext*,
                                                 torch::autograd::tensor_list gradients) {
        return gradients;
    }
};

}  // namespace

torch::Tensor two_level_weights(const torch::Tensor& latent) {
    return TwoLevelFunction::apply(latent);
}

}  // namespace cimarron
