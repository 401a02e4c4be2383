// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/staircase.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// The loops of fused_norm.h over values [rows][channels]. Sums are taken in a fixed order.

// What follows a batch norm, v = scale x + offset + shortcut, before the next layer's products.
struct NormTail {
    enum class Kind { none, relu, staircase };
    Kind kind = Kind::none;
    Staircase staircase = Staircase::straight_through;
    float step = 1;
    float shape = 0;
    int bits = 0;
};

struct NormMoments {
    std::vector<double> mean;
    std::vector<double> variance;  // of the batch itself, over n
};
// `about`: [channels], near the means: variances keep their digits.
NormMoments norm_moments(const float* x, std::int64_t rows, std::int64_t channels,
                         const float* about);

struct NormForward {
    std::int64_t rows = 0;
    std::int64_t channels = 0;
    const float* x = nullptr;
    const float* shortcut = nullptr;  // or none
    float* sum = nullptr;             // v; or not kept
    float* codes = nullptr;           // the tail's values of v; or none
    std::vector<float> scale;         // [channels]
    std::vector<float> offset;
    NormTail tail;
};
// The largest |v|.
float norm_forward(const NormForward& job);

struct NormBackward {
    std::int64_t rows = 0;
    std::int64_t channels = 0;
    const float* x = nullptr;
    const float* sum = nullptr;             // v where it was kept; else it is computed anew
    const float* sum_gradient = nullptr;    // or none
    const float* codes_gradient = nullptr;  // or none
    float* v_gradient = nullptr;            // scratch; the shortcut's gradient
    float* x_gradient = nullptr;
    std::vector<float> scale;
    std::vector<float> offset;
    std::vector<float> mean;
    std::vector<float> inverse_deviation;
    NormTail tail;
};
struct NormGradients {
    std::vector<float> scale;   // of the batch norm's weight
    std::vector<float> offset;  // of its bias
    double step = 0;            // of the tail
    double shape = 0;
};
NormGradients norm_backward(const NormBackward& job);

}  // namespace cimarron
