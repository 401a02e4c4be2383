// SPDX-License-Identifier: Apache-2.0
#include "trainer/binary_weight.h"

#include "quant/two_level.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

namespace cimarron {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

torch::Tensor channel_mean(const torch::Tensor& w) {
    return w.mean({1, 2, 3}, /*keepdim=*/true);
}

torch::Tensor sign_of(const torch::Tensor& w) {
    return (w >= 0).to(w.scalar_type()) * 2 - 1;
}

TwoLevelTensor closed_form(const torch::Tensor& latent) {
    const torch::Tensor in = latent.contiguous();
    const auto channels = static_cast<std::size_t>(in.size(0));
    const std::size_t fan_in = static_cast<std::size_t>(in.numel()) / channels;
    TwoLevelTensor result{torch::empty_like(in), torch::empty({in.size(0), 1, 1, 1}),
                          torch::empty({in.size(0), 1, 1, 1})};
    for (std::size_t o = 0; o < channels; ++o) {
        const float* w = in.data_ptr<float>() + o * fan_in;
        const TwoLevel levels = two_level_closed_form(w, fan_in);
        result.alpha.data_ptr<float>()[o] = static_cast<float>(levels.alpha);
        result.beta.data_ptr<float>()[o] = static_cast<float>(levels.beta);
        float* y = result.signs.data_ptr<float>() + o * fan_in;
        for (std::size_t i = 0; i < fan_in; ++i) {
            y[i] = static_cast<double>(w[i]) >= levels.threshold ? 1.0F : -1.0F;
        }
    }
    return result;
}

struct Standardized {
    torch::Tensor mean;
    torch::Tensor deviation;
    torch::Tensor v;
};

// IR-Net divides by the sample deviation (n - 1), AdaBin by the root of the mean square.
Standardized standardize(const torch::Tensor& w, bool unbiased) {
    Standardized result;
    result.mean = channel_mean(w);
    const torch::Tensor centred = w - result.mean;
    const double n = static_cast<double>(w[0].numel());
    const double divisor = unbiased ? std::max(n - 1, 1.0) : n;
    const torch::Tensor squares = centred.square().sum({1, 2, 3}, true) / divisor;
    result.deviation = squares.clamp_min(1e-12).sqrt();
    result.v = centred / result.deviation;
    return result;
}

torch::Tensor shift_scale(const torch::Tensor& v) {
    return torch::exp2(torch::round(torch::log2(channel_mean(v.abs()).clamp_min(1e-6))));
}

// Forward binarize(); backward the gradient times a factor that does not depend on it.
struct MaskedFunction : torch::autograd::Function<MaskedFunction> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& latent,
                                 std::int64_t method) {
        const TwoLevelTensor levels = binarize(static_cast<WeightMethod>(method), latent);
        if (method == static_cast<std::int64_t>(WeightMethod::bnn)) {
            context->save_for_backward({latent.abs().le(1).to(torch::kFloat)});
        } else if (method == static_cast<std::int64_t>(WeightMethod::bwn)) {
            const double share = 1.0 / static_cast<double>(latent[0].numel());
            context->save_for_backward({levels.alpha * latent.abs().le(1) + share});
        }
        return levels.weights();
    }
    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const tensor_list factor = context->get_saved_variables();
        return {factor.empty() ? gradients[0] : gradients[0] * factor[0], torch::Tensor()};
    }
};

// The sign with the error-decay estimator of IR-Net.
struct DecayingSign : torch::autograd::Function<DecayingSign> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& v,
                                 double progress) {
        context->save_for_backward({v});
        context->saved_data["progress"] = progress;
        return sign_of(v);
    }
    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        constexpr double kFirst = 0.1;
        constexpr double kLast = 10;
        const double progress = context->saved_data["progress"].toDouble();
        const double t = kFirst * std::pow(kLast / kFirst, progress);
        const double k = std::max(1 / t, 1.0);
        const torch::Tensor v = context->get_saved_variables()[0];
        return {gradients[0] * (k * t * (1 - torch::tanh(t * v).square())), torch::Tensor()};
    }
};

}  // namespace

TwoLevelTensor binarize(WeightMethod method, const torch::Tensor& latent) {
    const torch::NoGradGuard no_gradient;
    const torch::Tensor w = latent.detach();
    const torch::Tensor one = torch::ones({w.size(0), 1, 1, 1}, w.options());
    switch (method) {
        case WeightMethod::floating:
        case WeightMethod::bwma:
            break;
        case WeightMethod::bnn:
            return {sign_of(w), one, 0 * one};
        case WeightMethod::bwn:
            return {sign_of(w), channel_mean(w.abs()), 0 * one};
        case WeightMethod::dorefa:
            return {sign_of(w), w.abs().mean() * one, 0 * one};
        case WeightMethod::irnet: {
            const Standardized s = standardize(w, true);
            return {sign_of(s.v), shift_scale(s.v), 0 * one};
        }
        case WeightMethod::adabin: {
            const Standardized s = standardize(w, false);
            return {sign_of(s.v), s.deviation, s.mean};
        }
    }
    return w.is_cpu() ? closed_form(w) : closed_form_by_operators(w);
}

BinaryWeights binary_codes(WeightMethod method, const torch::Tensor& latent) {
    const auto values = [](const torch::Tensor& tensor) {
        const torch::Tensor flat = tensor.cpu().contiguous();
        const float* data = flat.data_ptr<float>();
        return Reals(data, data + flat.numel());
    };
    const TwoLevelTensor levels = binarize(method, latent);
    BinaryWeights result{{}, values(levels.alpha), values(levels.beta)};
    for (const double sign : values(levels.signs)) {
        result.signs.push_back(static_cast<std::int8_t>(sign));
    }
    return result;
}

TwoLevelTensor closed_form_by_operators(const torch::Tensor& latent) {
    const torch::Tensor mean = channel_mean(latent);
    const torch::Tensor centred = latent - mean;
    TwoLevelTensor result;
    result.signs = sign_of(centred);
    const torch::Tensor share = channel_mean((centred >= 0).to(latent.scalar_type()));
    const torch::Tensor spread = channel_mean(centred.abs());
    result.alpha = (spread / (4 * (share - share.square()))).nan_to_num_();  // 0 / 0: one value
    result.beta = torch::addcmul(mean + result.alpha, result.alpha, share, -2);
    return result;
}

torch::Tensor binary_weights(WeightMethod method, const torch::Tensor& latent, double progress) {
    if (method == WeightMethod::irnet) {
        const Standardized s = standardize(latent, true);
        return shift_scale(s.v.detach()) * DecayingSign::apply(s.v, progress);
    }
    if (method == WeightMethod::adabin) {
        const Standardized s = standardize(latent, false);
        return s.mean + s.deviation * DecayingSign::apply(s.v, progress);
    }
    return MaskedFunction::apply(latent, static_cast<std::int64_t>(method));
}

}  // namespace cimarron
