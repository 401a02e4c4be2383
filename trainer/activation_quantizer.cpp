// SPDX-License-Identifier: Apache-2.0
#include "trainer/activation_quantizer.h"

#include "quant/activation.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

constexpr double kPi = 3.14159265358979323846;
// Sums are taken chunk by chunk, so that they do not depend on the number of threads.
constexpr std::int64_t kChunk = 1 << 15;

// Rounds 0 <= v < 2^22 to the nearest, ties to even: adding 1.5 * 2^23 leaves no fraction bits.
// std::nearbyint would be a library call per element on plain x86-64.
inline float round_to_even(float v) {
    constexpr float kShift = 12582912.0F;
    return (v + kShift) - kShift;
}

struct Levels {
    float step;
    float inverse;
    float top;
    Levels(float log_step, int bits)
        : step(std::exp(log_step)),
          inverse(1.0F / step),
          top(static_cast<float>((1 << bits) - 1)) {}
};

// One element: writes dx, returns its share of the sum of g * d(y/s)/dlog_step.
template <bool kRippled>
inline float element_gradient(float x, float g, float& dx, const Levels& levels, float ripple) {
    const float u = x * levels.inverse;
    const float c = std::min(std::max(u, 0.0F), levels.top);
    float slope = u == c ? 1.0F : 0.0F;
    if (kRippled) slope *= 1 - ripple * std::cos(static_cast<float>(2 * kPi) * c);
    dx = g * slope;
    return g * (round_to_even(c) - c * slope);
}

// Independent lanes, so that the compiler may use vectors without reordering any sum.
template <bool kRippled>
double chunk_gradient(const float* x, const float* g, float* dx, std::int64_t count,
                      const Levels& levels, float ripple) {
    constexpr std::int64_t kLanes = 16;
    float lanes[kLanes] = {};
    const std::int64_t whole = count - count % kLanes;
    for (std::int64_t i = 0; i < whole; i += kLanes) {
        for (std::int64_t k = 0; k < kLanes; ++k) {
            lanes[k] += element_gradient<kRippled>(x[i + k], g[i + k], dx[i + k], levels, ripple);
        }
    }
    double total = 0;
    for (const float lane : lanes) total += static_cast<double>(lane);
    for (std::int64_t i = whole; i < count; ++i) {
        const float part = element_gradient<kRippled>(x[i], g[i], dx[i], levels, ripple);
        total += static_cast<double>(part);
    }
    return total;
}

struct StaircaseFunction : torch::autograd::Function<StaircaseFunction> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& input,
                                 const torch::Tensor& log_step, std::int64_t bits, double ripple) {
        const torch::Tensor x = input.is_non_overlapping_and_dense() ? input : input.contiguous();
        torch::Tensor y = torch::empty_like(x);
        const Levels levels(log_step.item<float>(), static_cast<int>(bits));
        const float* in = x.data_ptr<float>();
        float* out = y.data_ptr<float>();
        at::parallel_for(0, x.numel(), kChunk, [=](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                const float c = std::min(std::max(in[i] * levels.inverse, 0.0F), levels.top);
                out[i] = round_to_even(c) * levels.step;
            }
        });
        context->save_for_backward({x, log_step});
        context->saved_data["bits"] = bits;
        context->saved_data["ripple"] = ripple;
        return y;
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const auto saved = context->get_saved_variables();
        const torch::Tensor& x = saved[0];
        torch::Tensor dx = torch::empty_like(x);
        const torch::Tensor g = gradients[0].strides() == x.strides()
                                    ? gradients[0]
                                    : torch::empty_like(x).copy_(gradients[0]);
        const Levels levels(saved[1].item<float>(),
                            static_cast<int>(context->saved_data["bits"].toInt()));
        const auto ripple = static_cast<float>(context->saved_data["ripple"].toDouble());
        const std::int64_t chunks = (x.numel() + kChunk - 1) / kChunk;
        std::vector<double> sums(static_cast<std::size_t>(chunks));
        const auto gradient = ripple == 0 ? chunk_gradient<false> : chunk_gradient<true>;
        at::parallel_for(0, chunks, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t k = begin; k < end; ++k) {
                const std::int64_t at = k * kChunk;
                sums[static_cast<std::size_t>(k)] = gradient(
                    x.data_ptr<float>() + at, g.data_ptr<float>() + at, dx.data_ptr<float>() + at,
                    std::min(kChunk, x.numel() - at), levels, ripple);
            }
        });
        double sum = 0;
        for (const double part : sums) sum += part;
        const auto dlog = static_cast<float>(sum * static_cast<double>(levels.step));
        return {dx, torch::full_like(saved[1], dlog), torch::Tensor(), torch::Tensor()};
    }
};

}  // namespace

torch::Tensor quantize_activation(const torch::Tensor& x, const torch::Tensor& log_step, int bits,
                                  double ripple) {
    return StaircaseFunction::apply(x, log_step, std::int64_t{bits}, ripple);
}

LearnedQuantizer::LearnedQuantizer(int bits) : bits_(bits) {
    log_step_ = register_parameter("log_step", torch::zeros({}));
    ready_ = register_buffer("ready", torch::zeros({}));
}

torch::Tensor LearnedQuantizer::forward(const torch::Tensor& x) {
    if (bits_ == kFloatBits) return torch::relu(x);
    if (is_training() && ready_.item<float>() == 0) {
        torch::NoGradGuard no_gradient;
        const double sigma = std::sqrt(2 * torch::relu(x).square().mean().item<double>());
        log_step_.fill_(std::log(half_normal_step(bits_) * std::max(sigma, 1e-6)));
        ready_.fill_(1);
    }
    return quantize_activation(x, log_step_, bits_, ripple_);
}

float LearnedQuantizer::step() const {
    return std::exp(log_step_.item<float>());
}

}  // namespace cimarron
