// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cimarron {

// A quantized network as trained: real-valued scales around integer codes. This is what an ONNX
// file says; lower() (quant/lower.h) turns it into the IntegerNetwork that hardware executes.

// Two-level weights w = alpha[o] * sign + beta[o]; sign is +1 or -1. Order of signs:
// [o][c][ky][kx].
struct BinaryWeights {
    std::vector<std::int8_t> signs;
    std::vector<float> alpha;
    std::vector<float> beta;
};

// Weights w = scale[o] * value, value a signed integer of `bits` bits. Order: [o][c][ky][kx].
struct IntegerWeights {
    int bits = 8;
    std::vector<std::int8_t> values;
    std::vector<float> scale;
};

// Inference-time batch normalisation: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta.
struct BatchNorm {
    std::vector<float> gamma;
    std::vector<float> beta;
    std::vector<float> mean;
    std::vector<float> variance;
    float epsilon = 1e-5F;
};

// Unsigned activation quantizer: code = clamp(round(x / step), 0, 2^bits - 1); it contains the
// ReLU.
struct ActivationQuantizer {
    int bits = 8;
    float step = 1;
};

// Convolution, or a fully connected layer (kernel = input size, as after a Flatten).
struct ConvNode {
    std::string name;
    Window window;
    int out_channels = 1;
    bool fully_connected = false;  // written as Flatten + Gemm
    std::variant<BinaryWeights, IntegerWeights> weights;
    std::vector<float> bias;  // empty: none
    std::optional<BatchNorm> batch_norm;
    std::optional<ActivationQuantizer> activation;  // none: logits
};

struct PoolNode {
    enum class Kind { max, average };
    std::string name;
    Kind kind = Kind::max;
    Window window;
    std::optional<ActivationQuantizer> activation;  // required after average, absent after max
};

using Node = std::variant<ConvNode, PoolNode>;

// A chain: node i reads node i - 1, the first reads the image.
struct Network {
    std::string name;
    Shape input;
    ActivationQuantizer input_quantizer{8,
                                        1.0F / 255.0F};  // raw pixels are codes, value = code / 255
    std::vector<Node> nodes;
};

// Shape of a node's output. Throws UserError naming the node when the window does not fit.
Shape output_shape(const Node& node, const Shape& input);

// Throws UserError naming the node unless shapes chain, sizes match, values are finite and in
// range, the first node is a convolution, and the last, and only it, gives logits.
void validate(const Network& network);

}  // namespace cimarron
