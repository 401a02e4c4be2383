// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "trainer/method.h"

#include <torch/types.h>

namespace cimarron {

// Every method's binary weights are alpha * sign + beta. Of a latent tensor [o][c][ky][kx]:
struct TwoLevelTensor {
    torch::Tensor signs;  // as the latent, -1 or +1
    torch::Tensor alpha;  // [o][1][1][1]
    torch::Tensor beta;   // [o][1][1][1]

    torch::Tensor weights() const { return beta + alpha * signs; }
};
// `method` is any but floating.
TwoLevelTensor binarize(WeightMethod method, const torch::Tensor& latent);
// The same, as a network file has them.
BinaryWeights binary_codes(WeightMethod method, const torch::Tensor& latent);
// bwma's out of libtorch's operators: what binarize() calls where the latent is not in main memory.
TwoLevelTensor closed_form_by_operators(const torch::Tensor& latent);

// binarize(...).weights() with the method's own gradient. `progress` (0..1, of the whole run)
// sharpens the gradient of irnet and adabin.
//   bwma    closed form of quant/two_level.h; identity: for fixed signs the exact gradient of both
//           levels, plus straight-through for what the signs hide
//   bnn     sign(w); g 1{|w| <= 1}
//   bwn     mean|w| of the channel times sign(w); g (1/n + alpha 1{|w| <= 1})
//   dorefa  mean|w| of the layer times sign(w); identity
//   irnet   v = (w - mean) / deviation of the channel, 2^round(log2 mean|v|) sign(v); for sign the
//           derivative k t (1 - tanh^2(t v)), t from 0.1 to 10, k = max(1/t, 1); exact for v
//   adabin  mean + deviation * sign(v); gradients as irnet's, through mean and deviation too
torch::Tensor binary_weights(WeightMethod method, const torch::Tensor& latent, double progress);

}  // namespace cimarron
