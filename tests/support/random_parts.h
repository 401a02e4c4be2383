// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "quant/network.h"
#include "tests/support/float_reference.h"
#include "tests/support/random_network.h"

#include <vector>

namespace cimarron::test {

using Batch = std::vector<std::vector<double>>;  // real values of a few images at one point

Reals random_floats(Rng& rng, int count, double mean, double sigma);

// Binary, or some layers with 2..8 bits where the options allow it.
std::variant<BinaryWeights, IntegerWeights> random_node_weights(
    Rng& rng, int count, int channels, const RandomNetworkOptions& options);

// Any window with this input: kernel, stride and padding differ along the axes.
Window random_window(Rng& rng, const Shape& in, int max_kernel, int max_stride);

Batch evaluate(const Node& node, const Shape& in, const Batch& batch);

// Statistics a trained network would have collected, with random gains around them.
BatchNorm random_batch_norm(Rng& rng, const Batch& batch, int channels);

// The least-squares step for the values at hand; not much below them when nearly all are negative.
ActivationQuantizer random_quantizer(Rng& rng, const Batch& batch,
                                     const RandomNetworkOptions& options);

}  // namespace cimarron::test
