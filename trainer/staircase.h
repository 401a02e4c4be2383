// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

namespace cimarron {

// Unsigned n-bit activations y = s psi(x / s) with L = 2^bits - 1, and the gradients the methods
// pretend. With u = x / s, c = clamp(u, 0, L), Q = round(c), f = c - floor(c):
enum class Staircase {
    // Forward s Q. dy/dx = psi'(u) 1{0 <= u <= L}, dy/ds = Q - u psi'(u), L above, 0 below, where
    straight_through,  // psi' = 1
    soft_clip,   // dy/dx = the share of [u - 1/2, u + 1/2] that lies in [0, L]: the slope of Q's
                 // mean under triangular dither of one step each way; dy/ds straight through
    ripple,      // psi = c - shape sin(2 pi c) / (2 pi): 0 straight through, 1 smooth
    tanh_cells,  // psi = floor(c) + 1/2 + tanh(shape (f - 1/2)) / (2 tanh(shape / 2)); also
                 // dy/dshape = s dpsi/dshape
    clip,        // psi' = 1, but dy/ds = 0 in range: only the clip s L is learned
    // Forward in training s psi(u), psi = sum over k = 1..L of sigmoid(shape (u - k + 1/2)), with
    // its own gradients; s Q in evaluation.
    sigmoids,
};

// `step` and `shape` are 0-dimensional and receive gradients (shape only of tanh_cells).
// `hard`: the forward pass of evaluation, which is s Q whatever the staircase.
torch::Tensor staircase(Staircase kind, const torch::Tensor& x, const torch::Tensor& step,
                        const torch::Tensor& shape, int bits, bool hard);

// The same out of libtorch's operators: what staircase() calls where x is not in main memory.
torch::Tensor staircase_by_operators(Staircase kind, const torch::Tensor& x,
                                     const torch::Tensor& step, const torch::Tensor& shape,
                                     int bits, bool hard);

}  // namespace cimarron
