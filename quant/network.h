// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cimarron {

// A quantized network as trained: real-valued scales around integer codes. This is what an ONNX
// file says; lower() (quant/lower.h) turns it into the IntegerNetwork that hardware executes.

// Two-level weights w = alpha[o] * sign + beta[o]; sign is +1 or -1. Order of signs:
// [o][c of its group][ky][kx].
struct BinaryWeights {
    std::vector<std::int8_t> signs;
    std::vector<float> alpha;
    std::vector<float> beta;
};

// Weights w = scale[o] * value, value a signed integer of `bits` bits, in the same order.
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

// Activation quantizer. bits 1..8: unsigned code = clamp(round(x / step), 0, 2^bits - 1); it
// contains the ReLU. bits 9..16: a residual stream, clamp(round(x / step), -2^(bits-1), 2^(bits-1)
// - 1), signed and without ReLU.
struct ActivationQuantizer {
    int bits = 8;
    float step = 1;
};

// What a convolution adds between batch-norm and quantizer: the output R of an earlier node, as
// R[o - channel_offset][y * stride][x * stride], 0 where R has no such channel.
struct Shortcut {
    int source = 0;
    int stride = 1;
    int channel_offset = 0;
};

// Convolution, or a fully connected layer (kernel = input size, as after a Flatten).
struct ConvNode {
    std::string name;
    int source = -1;  // index of the node whose output it reads, -1: the image
    Window window;
    int out_channels = 1;
    int groups = 1;
    bool fully_connected = false;  // written as Flatten + Gemm
    std::variant<BinaryWeights, IntegerWeights> weights;
    std::vector<float> bias;  // empty: none
    std::optional<BatchNorm> batch_norm;
    std::optional<Shortcut> shortcut;
    std::optional<ActivationQuantizer> activation;  // none: logits
};

// Pooling of codes.
struct PoolNode {
    enum class Kind { max, average };
    std::string name;
    int source = 0;
    Kind kind = Kind::max;
    Window window;
    std::optional<ActivationQuantizer> activation;  // required after average, absent after max
};

// Codes of a residual stream, or of codes that have another step or width.
struct QuantizeNode {
    std::string name;
    int source = 0;
    ActivationQuantizer activation;
};

using Node = std::variant<ConvNode, PoolNode, QuantizeNode>;

const std::string& name_of(const Node& node);
int source_of(const Node& node);
const Shortcut* shortcut_of(const Node& node);  // nullptr: none

// A graph in topological order: a node reads the image or earlier nodes.
struct Network {
    std::string name;
    Shape input;
    ActivationQuantizer input_quantizer{8,
                                        1.0F / 255.0F};  // raw pixels are codes, value = code / 255
    std::vector<Node> nodes;
    // Of convolutions by name, where training on a chip learned it: the LSB of the ADCs that read
    // their columns, in counts, >= 1. For chips with macro.adc.full_scale: learned.
    std::map<std::string, double> adc_lsb;
};

// Shape of a node's output. Throws UserError naming the node when the window does not fit.
Shape output_shape(const Node& node, const Shape& input);

// Shape and quantizer of every node's output, in the order of the nodes; logits have bits 0.
struct TensorInfo {
    Shape shape;
    ActivationQuantizer quantizer;
};
std::vector<TensorInfo> outputs_of(const Network& network);
// Of the tensor that stands at `source` in such a list; -1: the image.
TensorInfo tensor_at(const Network& network, const std::vector<TensorInfo>& outputs, int source);

// Throws UserError naming the node unless every node fits what it reads, sizes match, values are
// finite and in range, every ADC's LSB belongs to a convolution, every output but the last has a
// reader, the first node is a convolution, and the last, a convolution too, and only it, gives
// logits.
void validate(const Network& network);

}  // namespace cimarron
