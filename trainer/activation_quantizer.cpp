// SPDX-License-Identifier: Apache-2.0
#include "trainer/activation_quantizer.h"

#include "quant/activation.h"

#include <torch/csrc/autograd/custom_function.h>
#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

constexpr double kSmallest = 1e-6;  // of a step: a batch of zeros must not divide by it
constexpr double kSoftest = 0.5;    // DSQ's bounds of alpha
constexpr double kHardest = 1e-3;

struct ScaledGradient : torch::autograd::Function<ScaledGradient> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                                 double factor) {
        context->saved_data["factor"] = factor;
        return x.clone();
    }
    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list gradients) {
        return {gradients[0] * context->saved_data["factor"].toDouble(), torch::Tensor()};
    }
};

// The least-squares step of relu(N(0, sigma^2)) with the mean square of x.
double half_normal_start(const torch::Tensor& x, int bits) {
    const double sigma = std::sqrt(2 * x.square().mean().item<double>());
    return half_normal_step(bits) * std::max(sigma, kSmallest);
}

// The least-squares step of x itself, by Lloyd's alternation from there: the codes that are best
// for a step, then the step that is best for these codes, sum(x q) / sum(q^2).
double least_squares_step(const torch::Tensor& x, int bits) {
    constexpr int kRounds = 100;
    constexpr double kSettled = 1e-4;
    double step = half_normal_start(x, bits);
    for (int i = 0; i < kRounds; ++i) {
        const torch::Tensor q = torch::round(x / step).clamp(0, std::exp2(bits) - 1);
        const double squares = q.square().sum().item<double>();
        if (squares == 0) break;
        const double next = (x * q).sum().item<double>() / squares;
        const double change = std::abs(next - step);
        step = next;
        if (change < kSettled * step) break;
    }
    return step;
}

// Share of the variance of x that the codes do not explain, 1 - corr(x, q)^2.
double unexplained(const torch::Tensor& x, double step, int bits) {
    const torch::Tensor q = torch::round(x / step).clamp(0, std::exp2(bits) - 1);
    const torch::Tensor x0 = x - x.mean();
    const torch::Tensor q0 = q - q.mean();
    const double variances = x0.square().mean().item<double>() * q0.square().mean().item<double>();
    const double covariance = (x0 * q0).mean().item<double>();
    return variances > 0 ? 1 - covariance * covariance / variances : 1.0;
}

// The step whose codes explain most of x up to an affine map, which is all that the batch norm
// behind the next products keeps. For half a normal distribution it is 1.16 times the least-squares
// step at 1 bit, 1.02 times at 2, and the same from 3 bits on.
double best_explaining_step(const torch::Tensor& x, int bits) {
    constexpr int kPrecision = 10;  // bits of log(step / least squares)
    const double middle = least_squares_step(x, bits);
    const auto [factor, least] = boost::math::tools::brent_find_minima(
        [&](double octaves) { return unexplained(x, middle * std::exp2(octaves), bits); }, -1.0,
        1.0, kPrecision);
    return middle * std::exp2(factor);
}

}  // namespace

LearnedQuantizer::LearnedQuantizer(int bits, const Method& method)
    : final_bits_(bits), bits_(bits), method_(method) {
    if (bits_ == Method::kFloatBits) return;
    ready_ = register_buffer("ready", torch::zeros({}));
    if (method_.activations != ActivationMethod::dorefa) {
        scale_ = register_parameter("scale", torch::zeros({}));
    }
    if (method_.activations == ActivationMethod::dsq) {
        softness_ = register_parameter("softness",
                                       torch::full({}, method_.tuning.dsq_softness, torch::kFloat));
    }
}

void LearnedQuantizer::set_bits(int bits) {
    const int chosen = std::max(bits, final_bits_);
    if (chosen == bits_) return;
    bits_ = chosen;
    ready_.zero_();
}

void LearnedQuantizer::initialize(const torch::Tensor& x) {
    const torch::NoGradGuard no_gradient;
    const double top = std::exp2(bits_) - 1;
    const torch::Tensor positive = torch::relu(x.detach());
    switch (method_.activations) {
        case ActivationMethod::bwma:
            scale_.fill_(std::log(best_explaining_step(positive, bits_)));
            break;
        case ActivationMethod::sigmoids:
            scale_.fill_(std::log(half_normal_start(positive, bits_)));
            break;
        case ActivationMethod::dorefa:
            break;
        case ActivationMethod::pact:
            scale_.fill_(method_.tuning.pact_clip);
            break;
        case ActivationMethod::lsq: {
            const double mean = x.detach().abs().mean().item<double>();
            scale_.fill_(std::max(2 * mean / std::sqrt(top), kSmallest));
            break;
        }
        case ActivationMethod::dsq:
            scale_.fill_(std::max(positive.max().item<double>(), kSmallest));
            break;
    }
    ready_.fill_(1);
}

torch::Tensor LearnedQuantizer::differentiable_step(const torch::Tensor& x) const {
    const double top = std::exp2(bits_) - 1;
    switch (method_.activations) {
        case ActivationMethod::bwma:
        case ActivationMethod::sigmoids:
            return scale_.exp();
        case ActivationMethod::dorefa:
            return torch::full({}, 1 / top, torch::kFloat);
        case ActivationMethod::pact:
        case ActivationMethod::dsq:
            return scale_.clamp_min(kSmallest) / top;
        case ActivationMethod::lsq: {
            const double values = static_cast<double>(x.numel()) / static_cast<double>(x.size(0));
            return ScaledGradient::apply(scale_, 1 / std::sqrt(values * top)).clamp_min(kSmallest);
        }
    }
    return {};
}

torch::Tensor LearnedQuantizer::shape() const {
    switch (method_.activations) {
        case ActivationMethod::dsq:
            return torch::log(2 / softness_.clamp(kHardest, kSoftest) - 1);
        case ActivationMethod::sigmoids:
            return torch::full({}, method_.tuning.sigmoid_temperature * (0.1 + 0.9 * progress_),
                               torch::kFloat);
        default:
            return torch::full({}, progress_, torch::kFloat);
    }
}

Staircase LearnedQuantizer::kind() const {
    switch (method_.activations) {
        case ActivationMethod::bwma:
            switch (method_.activation_gradient) {
                case ActivationGradient::soft_clip:
                    return Staircase::soft_clip;
                case ActivationGradient::soft_staircase:
                    return Staircase::ripple;
                case ActivationGradient::straight_through:
                    break;
            }
            return Staircase::straight_through;
        case ActivationMethod::pact:
            return Staircase::clip;
        case ActivationMethod::dsq:
            return Staircase::tanh_cells;
        case ActivationMethod::sigmoids:
            return Staircase::sigmoids;
        default:
            return Staircase::straight_through;
    }
}

torch::Tensor LearnedQuantizer::forward(const torch::Tensor& x) {
    if (bits_ == Method::kFloatBits) return torch::relu(x);
    if (is_training() && ready_.item<float>() == 0) initialize(x);
    return staircase(kind(), x, differentiable_step(x), shape(), bits_, !is_training());
}

bool LearnedQuantizer::can_fuse() const {
    if (!is_training()) return false;
    if (bits_ == Method::kFloatBits) return true;
    return ready_.item<float>() != 0 && method_.activations != ActivationMethod::sigmoids;
}

void LearnedQuantizer::fuse_behind(FusedNorm& norm, const torch::Tensor& x) const {
    if (bits_ == Method::kFloatBits) {
        norm.tail.kind = NormTail::Kind::relu;
        return;
    }
    norm.tail.kind = NormTail::Kind::staircase;
    norm.tail.staircase = kind();
    norm.tail.bits = bits_;
    norm.step = differentiable_step(x);
    norm.shape = shape();
}

float LearnedQuantizer::step() const {
    const torch::NoGradGuard no_gradient;
    return differentiable_step(torch::zeros({1, 1})).item<float>();
}

torch::Tensor LearnedQuantizer::regularization() const {
    const bool pact = method_.activations == ActivationMethod::pact;
    if (!pact || bits_ == Method::kFloatBits) return {};
    return method_.tuning.pact_decay * scale_.square();
}

}  // namespace cimarron
