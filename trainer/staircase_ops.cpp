// SPDX-License-Identifier: Apache-2.0
// The staircases out of libtorch's operators, for devices that the loops of staircase.cpp do not
// reach: psi with the hard residual held fixed has exactly the gradients of trainer/staircase.h.
#include "trainer/staircase.h"

#include "trainer/staircase_cells.h"

#include <cmath>

namespace cimarron {
namespace {

constexpr double kTwoPi = 6.28318530717958647692;

torch::Tensor soft(Staircase kind, const torch::Tensor& u, const torch::Tensor& c,
                   const torch::Tensor& shape, int top) {
    switch (kind) {
        case Staircase::straight_through:
        case Staircase::soft_clip:
        case Staircase::clip:
            break;
        case Staircase::ripple:
            return c - shape * torch::sin(kTwoPi * c) / kTwoPi;
        case Staircase::tanh_cells: {
            const torch::Tensor cell = c.detach().floor().clamp_max(top - 1);
            return cell + 0.5 +
                   torch::tanh(shape * (c - cell - 0.5)) / (2 * torch::tanh(shape / 2));
        }
        case Staircase::sigmoids: {
            torch::Tensor sum = torch::zeros_like(u);
            for (int k = 1; k <= top; ++k) sum = sum + torch::sigmoid(shape * (u - k + 0.5));
            return sum;
        }
    }
    return c;
}

// The integral of an edge of one step: 0 below -1/2, v above 1/2.
torch::Tensor soft_edge(const torch::Tensor& v) {
    return (v + 0.5).clamp(0, 1).square() / 2 + torch::relu(v - 0.5);
}

}  // namespace

torch::Tensor staircase_by_operators(Staircase kind, const torch::Tensor& x,
                                     const torch::Tensor& step, const torch::Tensor& shape,
                                     int bits, bool hard) {
    const int top = (1 << bits) - 1;
    const torch::Tensor u = x / step;
    const torch::Tensor c = u.clamp(0, top);
    const torch::Tensor codes = torch::round(c.detach());
    if (hard) return codes * step;
    const torch::Tensor psi = soft(kind, u, c, shape, top);
    if (kind == Staircase::soft_clip) {
        const torch::Tensor by_step = (x.detach() / step).clamp(0, top);
        const torch::Tensor v = x / step.detach();
        const torch::Tensor by_x = soft_edge(v) - soft_edge(v - top);
        return (by_step + (codes - by_step).detach()) * step +
               (by_x - by_x.detach()) * step.detach();
    }
    if (kind == Staircase::sigmoids) return psi * step;
    if (kind == Staircase::clip) {
        const torch::Tensor y = psi * step;
        return y + (codes * step - y).detach();
    }
    return (psi + (codes - psi).detach()) * step;
}

}  // namespace cimarron
