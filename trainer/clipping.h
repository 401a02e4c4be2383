// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/spec/network_spec.h"

#include <torch/types.h>

#include <vector>

namespace cimarron {

// Rows of a layer's unrolled kernel, [ky][kx][c], that a macro evaluates at once.
struct RowGroup {
    int first = 0;
    int rows = 0;
};

// A layer as its macros' columns hold it: a weight is base + scale * sum over bits k of 2^k cell k.
struct LayerColumns {
    Window window;
    int conv_groups = 1;
    std::vector<RowGroup> row_groups;  // all rows, in order
    torch::Tensor cells;               // [o][k][c][ky][kx]: 0 or 1
    torch::Tensor base;                // [o][1][1][1]: the weight of cells that hold 0
    int slice_bits = 1;                // of the codes that an evaluation takes
};

// What ADCs clip off a layer's products, as its gradients have to know it. A product is
//     y = base M + sum over row groups g of P_g,    P_g = sum over the group's rows of (W - base) x
// where M, the window's sum, meets no ADC. P_g is converted a slice j of the codes and a bit k of
// the weights at a time, and a conversion that clips stays where it is. So P_g follows what it is
// made of by the share, weighted with 2^j 2^k, of its conversions that do not clip.
//
// The clipped share, [n][o][g][h][w] in 0..1, of codes [n][c][h][w] of `bits` bits and ADCs that
// clip column counts from `clipping_count` on; undefined when nothing clips.
torch::Tensor clipped_share(const LayerColumns& columns, const torch::Tensor& codes, int bits,
                            double clipping_count);
// sum over g of share_g P_g: [n][o][h][w], differentiable by x [n][c][h][w] and W [o][c][ky][kx].
// The exact products less this have the clipped ones' gradients.
torch::Tensor clipped_products(const LayerColumns& columns, const torch::Tensor& share,
                               const torch::Tensor& x, const torch::Tensor& weights);

}  // namespace cimarron
