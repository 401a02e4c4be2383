// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"
#include "quant/geometry.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

enum class WeightKind { binary, integer8 };

// One line of a network file. A conv or linear layer is followed by batch norm, by what it adds,
// and by a quantizer (which is the ReLU, unless it makes a residual stream), except the last, which
// gives the logits. Where quantizers stand: quant/spec/bit_plan.h.
struct LayerSpec {
    enum class Type { conv, linear, max_pool, average_pool };
    std::string name;
    Type type = Type::conv;
    WeightKind weights = WeightKind::binary;  // conv and linear
    int channels = 1;                         // conv and linear
    Window window;                            // linear: the whole input
    int source = -1;                          // index of the layer it reads, -1: the image
    int groups = 1;                           // conv
    std::optional<int> activation_bits;       // of the codes it reads; none: the network's
    std::optional<int> add;  // conv: index of the layer whose output is added after batch norm

    bool weighted() const { return type == Type::conv || type == Type::linear; }
};

struct NetworkSpec {
    std::string name;
    Shape input;
    std::vector<LayerSpec> layers;
    int stream_bits =
        12;  // of residual streams: outputs of a conv that has `add` or is named by one
};

// Reads configs/network/*.yaml. Throws UserError at the layer's line when a window does not fit, a
// name is unknown, an `add` has another shape, nothing reads an output, the first or last layer is
// a pooling, or the last is not linear-like (1 x 1 output).
NetworkSpec load_network_spec(const std::filesystem::path& file);
std::vector<KeyEntry> network_keys();

// Output shape of one layer, and of all in turn.
Shape output_shape(const LayerSpec& layer, const Shape& input);
std::vector<Shape> output_shapes(const NetworkSpec& network);

// How `from` is added to an output of shape `to`: itself when they are equal, else the strided
// identity with zero channels, half before and half after; nothing when that does not fit either.
struct IdentityShortcut {
    int stride = 1;
    int channel_offset = 0;
};
std::optional<IdentityShortcut> identity_shortcut(const Shape& from, const Shape& to);

}  // namespace cimarron
