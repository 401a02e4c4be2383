// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "quant/spec/network_spec.h"

#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// A layer as the file has it: other layers by their names.
struct LayerKeys {
    LayerSpec spec;  // but for window, source and add
    std::optional<std::string> from, add;
    int kernel = 1;
    std::optional<int> stride;
    int padding = 0;
};

struct NetworkKeys {
    NetworkSpec spec;  // but for its layers
    std::vector<LayerKeys> layers;
};

constexpr Range<int> kChannels{1, 4096};

template <class Keys>
void describe_window(Keys& f, LayerKeys& layer) {
    constexpr Range<int> kernel{1, 64};
    f.value({"kernel", "pixels", "side of the window", "3"}, layer.kernel, kernel);
    f.optional({"stride", "pixels", "from window to window", "1", "1; of a pooling, kernel"},
               layer.stride, kernel);
    f.optional({"padding", "pixels", "zeros at each side", "1", "", "kernel / 2"}, layer.padding,
               Range<int>{0, layer.kernel / 2});
}

template <class Keys>
void describe_layer(Keys& f, LayerKeys& layer) {
    using Type = LayerSpec::Type;
    const Names<Type> types = {{"conv", Type::conv},
                               {"linear", Type::linear},
                               {"max_pool", Type::max_pool},
                               {"average_pool", Type::average_pool}};
    const Names<WeightKind> weights = {{"binary", WeightKind::binary},
                                       {"integer8", WeightKind::integer8}};
    LayerSpec& spec = layer.spec;
    f.value({"name", "", "of this layer, for from and add", "conv2"}, spec.name);
    f.choice({"type", "", "what it does", "conv"}, spec.type, types);
    f.optional({"from", "", "the layer it reads", "conv1", "the layer before"}, layer.from);
    f.only("type", "conv, linear", spec.weighted(), [&] {
        f.optional(
            {"activation_bits", "bits",
             "of the codes that it reads; not of the first and last layer", "4", "the network's"},
            spec.activation_bits, Range<int>{1, 8});
        f.value({"channels", "", "of its output", "16"}, spec.channels, kChannels);
        f.choice({"weights", "", "kind of its weights", "binary"}, spec.weights, weights);
    });
    f.only("type", "conv, max_pool, average_pool", spec.type != Type::linear,
           [&] { describe_window(f, layer); });
    f.only("type", "conv", spec.type == Type::conv, [&] {
        f.optional({"groups", "",
                    "divides input and output channels; depthwise: as many as channels", "1"},
                   spec.groups, kChannels);
        f.optional({"add", "",
                    "the layer whose output is added after batch norm; of another size: every "
                    "stride-th pixel, and zeros for channels it lacks, half of them before and "
                    "half after",
                    "conv1", "nothing is added"},
                   layer.add);
    });
}

// configs/network/*.yaml.
template <class Keys>
void describe_network(Keys& f, NetworkKeys& network) {
    constexpr Range<int> side{1, 1024};
    NetworkSpec& spec = network.spec;
    f.value({"name", "", "of the network", "resnet20"}, spec.name);
    f.child({"input", "", "the image", ""}, [&](auto& input) {
        input.value({"channels", "", "of a pixel", "3"}, spec.input.channels, kChannels);
        input.value({"height", "pixels", "of an image", "32"}, spec.input.height, side);
        input.value({"width", "pixels", "of an image", "32"}, spec.input.width, side);
    });
    f.optional({"stream_bits", "bits", "of residual streams", "12"}, spec.stream_bits,
               Range<int>{9, 16});
    f.children({"layers", "",
                "in order; the first is conv or linear, the last gives the logits and has a 1 x 1 "
                "output",
                ""},
               network.layers, [](auto& keys, auto& layer) { describe_layer(keys, layer); });
}

}  // namespace cimarron
