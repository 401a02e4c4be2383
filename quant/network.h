// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/activation_quantizer.h"
#include "quant/geometry.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cimarron {

// A quantized network as trained: real-valued scales around integer codes. This is what an ONNX
// file says; lower() (quant/lower.h) turns it into the IntegerNetwork that hardware executes, and
// RealReference (quant/real_reference.h) evaluates it as it stands.

// Of the output channels of a layer. Double, so that constants which a file multiplies or adds
// can be folded before they are stored here.
using Reals = std::vector<double>;

inline Reals reals(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

// Two-level weights w = alpha[o] * sign + beta[o]; sign is +1 or -1. Order of signs:
// [o][c of its group][ky][kx].
struct BinaryWeights {
    std::vector<std::int8_t> signs;
    Reals alpha;
    Reals beta;
};

// Weights w = scale[o] * (value - zero[o]), value an integer of -2^(bits-1) to 2^(bits-1) - 1, bits
// 1..8, in the same order. Any real zero: unsigned codes u are value = u - 2^(bits-1), the odd
// integers -3, -1, 1, 3 are values of 2 bits with zero -1/2 and twice the scale.
struct IntegerWeights {
    int bits = 8;
    std::vector<std::int8_t> values;
    Reals scale;
    Reals zero = {};  // empty: 0 everywhere
};

// Inference-time batch normalisation: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta.
// Any affine of the channels is one: {gain, offset, 0, 1, 0}.
struct BatchNorm {
    Reals gamma;
    Reals beta;
    Reals mean;
    Reals variance;
    double epsilon = static_cast<double>(1e-5F);
};

// A ReLU (0, infinity) or ReLU6 of real values that other nodes read before any quantizer.
struct Clip {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();

    bool is_none() const { return std::isinf(low) && std::isinf(high); }
};

// What a node adds before clip and quantizer: the output R of an earlier node, codes or real
// values, as R[o - channel_offset][y * stride][x * stride], the real 0 where R has no such channel.
struct Shortcut {
    int source = 0;
    int stride = 1;
    int channel_offset = 0;
};

// Outputs. A node with an `activation` gives codes or a stream. One without gives real values,
// clipped: logits where nothing reads them, else what shortcuts and QuantizeNodes read; they are
// the exact sums, which lower() carries in streams wide enough.

// Convolution, or a fully connected layer (kernel = input size, as after a Flatten). Padding is the
// real 0.
struct ConvNode {
    std::string name;
    int source = -1;  // index of the node whose output it reads, -1: the image
    Window window;
    int out_channels = 1;
    int groups = 1;
    bool fully_connected = false;  // written as Flatten + Gemm
    std::variant<BinaryWeights, IntegerWeights> weights;
    Reals bias;  // empty: none
    std::optional<BatchNorm> batch_norm;
    std::optional<Shortcut> shortcut;
    std::optional<ActivationQuantizer> activation;  // none: real values
    Clip clip = {};
};

// Pooling of codes. Padding of an average is the real 0 and counts in its area.
struct PoolNode {
    enum class Kind { max, average };
    std::string name;
    int source = 0;
    Kind kind = Kind::max;
    Window window;
    std::optional<ActivationQuantizer> activation;  // required after average, absent after max
};

// Element by element: what it reads plus its shortcut, clipped or quantized. Codes of a stream, of
// codes that have another step or width, of a sum of two branches that are quantized.
struct QuantizeNode {
    std::string name;
    int source = 0;
    std::optional<ActivationQuantizer> activation;  // none: real values
    std::optional<Shortcut> shortcut = {};
    Clip clip = {};
};

// The channels of several nodes of one size, one after another: codes of at most 8 bits, each
// source's by its own scale and zero.
struct ConcatNode {
    std::string name;
    std::vector<int> sources;
};

using Node = std::variant<ConvNode, PoolNode, QuantizeNode, ConcatNode>;

const std::string& name_of(const Node& node);
int source_of(const Node& node);                // a Concat's first
std::vector<int> sources_of(const Node& node);  // all that it reads, its shortcut's with them
const Shortcut* shortcut_of(const Node& node);  // nullptr: none

// How the file holds a tensor: its sizes without the batch (none: channels, height, width), and
// whether the channels are the last of them.
struct TensorForm {
    std::vector<std::int64_t> dims;
    bool channels_last = false;
};

// What the file does with the last layer's output, and the host in its place (quant/logits.h):
// clip, quantize, apply the function.
struct LogitForm : TensorForm {
    enum class Function { none, softmax, log_softmax, arg_max };
    Clip clip;
    std::optional<ActivationQuantizer> quantizer;
    Function function = Function::none;
};

// How the image's values x, in the file's own unit, become what the input quantizer takes:
// x * gain + offset, by channel.
struct Normalization {
    PerChannel gain = 1.0;
    PerChannel offset = 0.0;
};

// A graph in topological order: a node reads the image or earlier nodes.
struct Network {
    std::string name;
    Shape input;
    TensorForm image_form = {};
    Normalization normalization = {};
    // Of the normalised image. As written by the trainer: raw pixels are codes, value = code / 255.
    ActivationQuantizer input_quantizer{8, static_cast<double>(1.0F / 255.0F)};
    std::vector<Node> nodes;
    LogitForm logit_form = {};
    // Of convolutions by name, where training on a chip learned it: the LSB of the ADCs that read
    // their columns, in counts, >= 1. For chips with macro.adc.full_scale: learned.
    std::map<std::string, double> adc_lsb;

    // The image's code of value x of a channel.
    std::uint8_t image_code(double x, std::size_t channel) const {
        return static_cast<std::uint8_t>(input_quantizer.code(
            x * normalization.gain[channel] + normalization.offset[channel], channel));
    }
};

// Shape of a node's output. Throws UserError naming the node when the window does not fit.
Shape output_shape(const Node& node, const Shape& input);

// Shape and quantizer of every node's output, in the order of the nodes.
struct TensorInfo {
    Shape shape;
    std::optional<ActivationQuantizer> quantizer;  // none: real values

    bool is_codes() const { return quantizer && !is_stream(quantizer->bits); }
};
std::vector<TensorInfo> outputs_of(const Network& network);
// Of the tensor that stands at `source` in such a list; -1: the image.
TensorInfo tensor_at(const Network& network, const std::vector<TensorInfo>& outputs, int source);

// Throws UserError naming the node unless every node fits what it reads, sizes match, values are
// finite and in range, every ADC's LSB belongs to a convolution, every output but the last has a
// reader, the first node is a convolution, and so is the last, whose real values are the logits.
void validate(const Network& network);

}  // namespace cimarron
