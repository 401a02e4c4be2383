// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "quant/network.h"

namespace cimarron::test {

struct RandomNetworkOptions {
    int max_layers = 4;  // convolutions and the fully connected end; at least one
    int max_size = 9;    // height and width of the image
    int max_channels = 9;
    int max_classes = 10;
    int max_kernel = 5;
    int max_stride = 3;
    int min_bits = 1;  // of activations
    int max_bits = 8;
    bool integer_weights = true;  // some layers with 2..8-bit weights, else all binary
    bool pooling = true;
};

// A valid network of random shapes, weights and scales. Quantizer steps come from the values that
// random images produce, so that codes use their range.
Network random_network(Rng& rng, const RandomNetworkOptions& options = {});

// Codes of `bits` bits, some regions of them zero, as in images.
Codes random_image(Rng& rng, const Shape& shape, int bits);

}  // namespace cimarron::test
