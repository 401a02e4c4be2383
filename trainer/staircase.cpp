// SPDX-License-Identifier: Apache-2.0
// Compiled with -fno-trapping-math, without which the compiler keeps a branch per element.
#include "trainer/staircase.h"

#include "common/multiversion.h"
#include "trainer/staircase_cells.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

namespace cimarron {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Sums are taken chunk by chunk, so that they do not depend on the number of threads.
constexpr std::int64_t kChunk = 1 << 15;

template <class Work>
void for_chunks(std::int64_t count, const Work& work) {
    at::parallel_for(0, (count + kChunk - 1) / kChunk, 1,
                     [&](std::int64_t begin, std::int64_t end) {
                         for (std::int64_t k = begin; k < end; ++k) {
                             work(k, k * kChunk, std::min(kChunk, count - k * kChunk));
                         }
                     });
}

struct Scale {
    float step;
    float inverse;
    float top;
    Scale(float s, std::int64_t bits)
        : step(s), inverse(1.0F / s), top(static_cast<float>((1 << bits) - 1)) {}
};

template <class Work>
CIMARRON_INLINE inline auto with_sigmoids(float shape, const Work& work) {
    constexpr int kFew = 4;  // from a temperature of 9 on
    return near_sigmoids(shape) <= kFew ? work(SigmoidCells<kFew>{shape})
                                        : work(SigmoidCells<0>{shape});
}

// Calls work(cells) with the struct of this staircase.
template <class Work>
CIMARRON_INLINE inline auto with_cells(Staircase kind, float shape, const Work& work) {
    switch (kind) {
        case Staircase::straight_through:
            break;
        case Staircase::soft_clip:
            return work(SoftClipCells{});
        case Staircase::ripple:
            return work(RippleCells{shape});
        case Staircase::tanh_cells:
            return work(TanhCells(shape));
        case Staircase::clip:
            return work(ClipCells{});
        case Staircase::sigmoids:
            return with_sigmoids(shape, work);
    }
    return work(StraightThroughCells{});
}

struct Sums {
    double step = 0;
    double shape = 0;
};

// Independent lanes, so that the compiler may use vectors without reordering any sum.
template <class Cells>
CIMARRON_INLINE inline Sums cells_gradient(const Cells& cells, const Scale& scale, const float* x,
                                           const float* g, float* dx, std::int64_t count) {
    constexpr std::int64_t kLanes = 16;
    float steps[kLanes] = {};
    float shapes[kLanes] = {};
    const std::int64_t whole = count - count % kLanes;
    for (std::int64_t i = 0; i < whole; i += kLanes) {
        for (std::int64_t k = 0; k < kLanes; ++k) {
            const CellGradient cell = cells.at(x[i + k] * scale.inverse, scale.top);
            dx[i + k] = g[i + k] * cell.slope;
            steps[k] += g[i + k] * cell.step;
            shapes[k] += g[i + k] * cell.shape;
        }
    }
    Sums total;
    for (const float lane : steps) total.step += static_cast<double>(lane);
    for (const float lane : shapes) total.shape += static_cast<double>(lane);
    for (std::int64_t i = whole; i < count; ++i) {
        const CellGradient cell = cells.at(x[i] * scale.inverse, scale.top);
        dx[i] = g[i] * cell.slope;
        total.step += static_cast<double>(g[i] * cell.step);
        total.shape += static_cast<double>(g[i] * cell.shape);
    }
    return total;
}

CIMARRON_MULTIVERSION
Sums chunk_gradient(Staircase kind, float shape, const Scale& scale, const float* x, const float* g,
                    float* dx, std::int64_t count) {
    return with_cells(kind, shape, [&](const auto& cells) CIMARRON_INLINE {
        return cells_gradient(cells, scale, x, g, dx, count);
    });
}

CIMARRON_MULTIVERSION
void hard_forward(const Scale& scale, const float* x, float* y, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        y[i] = round_to_even(clamp_code(x[i] * scale.inverse, scale.top)) * scale.step;
    }
}

CIMARRON_MULTIVERSION
void soft_forward(float shape, const Scale& scale, const float* x, float* y, std::int64_t count) {
    with_sigmoids(shape, [&](const auto& cells) CIMARRON_INLINE {
        for (std::int64_t i = 0; i < count; ++i) {
            y[i] = cells.value(x[i] * scale.inverse, scale.top) * scale.step;
        }
    });
}

struct StaircaseFunction : torch::autograd::Function<StaircaseFunction> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& input,
                                 const torch::Tensor& step, const torch::Tensor& shape,
                                 std::int64_t kind, std::int64_t bits, bool hard) {
        const torch::Tensor x = input.is_non_overlapping_and_dense() ? input : input.contiguous();
        torch::Tensor y = torch::empty_like(x);
        const Scale scale(step.item<float>(), bits);
        const auto temperature = shape.item<float>();
        const bool sigmoids = static_cast<Staircase>(kind) == Staircase::sigmoids && !hard;
        const float* in = x.data_ptr<float>();
        float* out = y.data_ptr<float>();
        for_chunks(x.numel(), [&](std::int64_t, std::int64_t at, std::int64_t count) {
            if (sigmoids) {
                soft_forward(temperature, scale, in + at, out + at, count);
            } else {
                hard_forward(scale, in + at, out + at, count);
            }
        });
        context->save_for_backward({x, step, shape});
        context->saved_data["kind"] = kind;
        context->saved_data["bits"] = bits;
        return y;
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const auto saved = context->get_saved_variables();
        const torch::Tensor& x = saved[0];
        torch::Tensor dx = torch::empty_like(x);
        const torch::Tensor g = gradients[0].strides() == x.strides()
                                    ? gradients[0]
                                    : torch::empty_like(x).copy_(gradients[0]);
        const Scale scale(saved[1].item<float>(), context->saved_data["bits"].toInt());
        const auto kind = static_cast<Staircase>(context->saved_data["kind"].toInt());
        std::vector<Sums> parts(static_cast<std::size_t>((x.numel() + kChunk - 1) / kChunk));
        const auto shape = saved[2].item<float>();
        for_chunks(x.numel(), [&](std::int64_t k, std::int64_t at, std::int64_t count) {
            parts[static_cast<std::size_t>(k)] =
                chunk_gradient(kind, shape, scale, x.data_ptr<float>() + at,
                               g.data_ptr<float>() + at, dx.data_ptr<float>() + at, count);
        });
        Sums sum;
        for (const Sums& part : parts) {
            sum.step += part.step;
            sum.shape += part.shape;
        }
        const auto full = [](const torch::Tensor& like, double value) {
            return torch::full_like(like, static_cast<float>(value));
        };
        return {dx,
                full(saved[1], sum.step),
                full(saved[2], sum.shape * static_cast<double>(scale.step)),
                torch::Tensor(),
                torch::Tensor(),
                torch::Tensor()};
    }
};

}  // namespace

torch::Tensor staircase(Staircase kind, const torch::Tensor& x, const torch::Tensor& step,
                        const torch::Tensor& shape, int bits, bool hard) {
    if (!x.is_cpu()) return staircase_by_operators(kind, x, step, shape, bits, hard);
    return StaircaseFunction::apply(x, step, shape, static_cast<std::int64_t>(kind),
                                    std::int64_t{bits}, hard);
}

}  // namespace cimarron
