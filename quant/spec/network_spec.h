// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

enum class WeightKind { binary, integer8 };

// One line of a network file. A conv or linear layer is followed by batch norm and a quantizer
// (which is the ReLU), except the last, which gives the logits.
struct LayerSpec {
    enum class Type { conv, linear, max_pool, average_pool };
    std::string name;
    Type type = Type::conv;
    WeightKind weights = WeightKind::binary;  // conv and linear
    int channels = 1;                         // conv and linear
    Window window;                            // linear: the whole input
    int source = -1;                          // index of the layer it reads, -1: the image
    int groups = 1;                           // conv
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

// Reads configs/network/*.yaml. Throws UserError naming the layer when a window does not fit, the
// first or last layer is a pooling, or the last is not linear-like (1 x 1 output).
NetworkSpec load_network_spec(const std::filesystem::path& file);

// Output shape of one layer.
Shape output_shape(const LayerSpec& layer, const Shape& input);

}  // namespace cimarron
