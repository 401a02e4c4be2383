// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/norm_kernels.h"

#include <torch/nn/modules/batchnorm.h>
#include <torch/types.h>

namespace cimarron {

// A batch norm in training with what stands behind it, in one pass over memory each way where
// libtorch's operators take one each: the shortcut's addition, the range of the sum, ReLU or
// quantizer. In main memory, channels last.
struct FusedNorm {
    torch::Tensor shortcut;  // of the products' shape; undefined: none
    NormTail tail;
    torch::Tensor step;  // 0-dimensional, receive gradients: of the tail's staircase
    torch::Tensor shape;
    bool keep_sum = false;  // the sum has other readers than the tail
};
struct FusedNormResult {
    torch::Tensor sum;    // batch norm and shortcut, where kept
    torch::Tensor codes;  // the tail's, where it has one
    float largest = 0;    // magnitude of the sum, where kept
};

bool can_fuse_norm(const torch::Tensor& products);
// Updates the running statistics as the module would.
FusedNormResult fused_norm(const torch::nn::BatchNorm2d& norm, const torch::Tensor& products,
                           const FusedNorm& behind);

}  // namespace cimarron
