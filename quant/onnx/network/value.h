// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace cimarron::foreign {

// One number for all channels, or one for each, that grows to the longer.
using Numbers = std::vector<double>;
Numbers combined(const Numbers& a, const Numbers& b, double (*f)(double, double));
double number_at(const Numbers& numbers, std::size_t channel);
bool is_all(const Numbers& numbers, double value);

// A tensor of the graph while the network is built: what a node of the network gives, and what the
// file has done to it since, clamp(x * gain + offset, low, high). x is a code (`raw`), a real
// value, or for node -1 the image.
struct Value {
    int node = -1;
    Shape shape;
    bool flat = false;       // [1, K]
    bool quantized = false;  // codes, or a stream
    bool raw = false;
    bool exclusive = true;  // nobody else reads the node's output
    bool leaky = false;     // low stands for a LeakyRelu, not for a ReLU
    Numbers gain{1};
    Numbers offset{0};
    Numbers low{-std::numeric_limits<double>::infinity()};
    Numbers high{std::numeric_limits<double>::infinity()};
    std::optional<Window> average;  // of the node's real values, before gain and offset
    std::string average_name;
    // As only an Add may read it: every stride-th pixel, behind channels of zeros.
    bool is_view = false;
    int stride = 1;
    int channel_offset = 0;

    bool is_image() const { return node < 0 && !quantized; }
    bool has_affine() const { return !is_all(gain, 1) || !is_all(offset, 0); }
    bool has_clip() const {
        return !is_all(low, -std::numeric_limits<double>::infinity()) ||
               !is_all(high, std::numeric_limits<double>::infinity());
    }
    void scale(const Numbers& by, const Numbers& plus);
    void clip(double from, double to);
};

}  // namespace cimarron::foreign
