// SPDX-License-Identifier: Apache-2.0
#include "trainer/clipping.h"

#include <cmath>

namespace cimarron {
namespace {

// [g][c][ky][kx]: 1 at the rows of each row group.
torch::Tensor rows_of(const LayerColumns& columns) {
    const auto channels = columns.cells.size(2);
    const Window& w = columns.window;
    const std::int64_t rows = channels * w.kernel_h * w.kernel_w;
    const auto groups = static_cast<std::int64_t>(columns.row_groups.size());
    torch::Tensor result = torch::zeros({groups, rows});
    for (std::int64_t g = 0; g < groups; ++g) {
        const RowGroup& group = columns.row_groups[static_cast<std::size_t>(g)];
        result[g].slice(0, group.first, group.first + group.rows).fill_(1);
    }
    return result.view({groups, w.kernel_h, w.kernel_w, channels})
        .permute({0, 3, 1, 2})
        .contiguous();
}

// Kernels [m][c][ky][kx], of which each row group's part gives an output of its own:
// [n][m][g][h][w].
torch::Tensor by_row_group(const LayerColumns& columns, const torch::Tensor& x,
                           const torch::Tensor& kernels) {
    const Window& w = columns.window;
    const torch::Tensor rows = rows_of(columns).to(x.device());
    const torch::Tensor parts = (kernels.unsqueeze(1) * rows).flatten(0, 1);
    const torch::Tensor y = torch::conv2d(x, parts, {}, {w.stride_h, w.stride_w},
                                          {w.pad_top, w.pad_left}, 1, columns.conv_groups);
    return y.reshape({y.size(0), kernels.size(0), rows.size(0), y.size(2), y.size(3)});
}

// Bits shift .. shift + width - 1 of the codes.
torch::Tensor slice_of(const torch::Tensor& codes, int shift, int width) {
    const torch::Tensor low = torch::floor(codes * std::exp2(-shift));
    return low - std::exp2(width) * torch::floor(low * std::exp2(-width));
}

}  // namespace

torch::Tensor clipped_share(const LayerColumns& columns, const torch::Tensor& codes, int bits,
                            double clipping_count) {
    const torch::NoGradGuard no_gradient;
    const auto weight_bits = columns.cells.size(1);
    torch::Tensor clipped;
    double total = 0;
    for (int shift = 0; shift < bits; shift += columns.slice_bits) {
        const double unit = std::exp2(shift);
        const torch::Tensor slice = slice_of(codes, shift, columns.slice_bits);
        const torch::Tensor over = by_row_group(columns, slice, columns.cells.flatten(0, 1))
                                       .ge_(clipping_count)
                                       .unflatten(1, {-1, weight_bits});
        if (!clipped.defined()) clipped = torch::zeros_like(over.select(2, 0));
        for (std::int64_t k = 0; k < weight_bits; ++k) {
            const double significance = unit * std::exp2(k);
            clipped.add_(over.select(2, k), significance);
            total += significance;
        }
    }
    return clipped.any().item<bool>() ? clipped / total : torch::Tensor();
}

torch::Tensor clipped_products(const LayerColumns& columns, const torch::Tensor& share,
                               const torch::Tensor& x, const torch::Tensor& weights) {
    const torch::Tensor cells = weights - columns.base.to(x.device());
    return (by_row_group(columns, x, cells) * share.to(x.device())).sum(2);
}

}  // namespace cimarron
