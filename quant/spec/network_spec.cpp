// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/network_spec.h"

#include "common/yaml/yaml_reader.h"

#include <fmt/format.h>

#include <set>

namespace cimarron {
namespace {

using Type = LayerSpec::Type;

constexpr Range<int> kChannels{1, 4096};
constexpr Range<int> kSide{1, 1024};
constexpr Range<int> kKernel{1, 64};

Window read_window(const YamlReader& reader, Type type) {
    const int kernel = reader.required<int>("kernel", kKernel);
    const int stride = reader.optional<int>("stride", type == Type::conv ? 1 : kernel, kKernel);
    const int padding = reader.optional<int>("padding", 0, {0, kernel / 2});
    return {kernel, kernel, stride, stride, padding, padding, padding, padding};
}

LayerSpec read_layer(const YamlReader& reader, const Shape& input) {
    LayerSpec layer;
    layer.name = reader.required<std::string>("name");
    layer.type = reader.required_enum<Type>("type", {{"conv", Type::conv},
                                                     {"linear", Type::linear},
                                                     {"max_pool", Type::max_pool},
                                                     {"average_pool", Type::average_pool}});
    if (layer.weighted()) {
        layer.channels = reader.required<int>("channels", kChannels);
        layer.weights = reader.required_enum<WeightKind>(
            "weights", {{"binary", WeightKind::binary}, {"integer8", WeightKind::integer8}});
    }
    if (layer.type == Type::linear) {
        layer.window.kernel_h = input.height;
        layer.window.kernel_w = input.width;
    } else {
        layer.window = read_window(reader, layer.type);
    }
    const Window& w = layer.window;
    if (w.kernel_h > input.height + w.pad_top + w.pad_bottom ||
        w.kernel_w > input.width + w.pad_left + w.pad_right) {
        reader.fail("kernel", fmt::format("{} is larger than the layer's input of {} x {}",
                                          w.kernel_h, input.height, input.width));
    }
    reader.done();
    return layer;
}

}  // namespace

Shape output_shape(const LayerSpec& layer, const Shape& input) {
    return {layer.weighted() ? layer.channels : input.channels,
            layer.window.out_height(input.height), layer.window.out_width(input.width)};
}

NetworkSpec load_network_spec(const std::filesystem::path& file) {
    const YamlReader reader = YamlReader::load(file);
    NetworkSpec network;
    network.name = reader.required<std::string>("name");
    const YamlReader input = reader.required_child("input");
    network.input = {input.required<int>("channels", kChannels),
                     input.required<int>("height", kSide), input.required<int>("width", kSide)};
    input.done();
    Shape shape = network.input;
    std::set<std::string> names;
    for (const YamlReader& child : reader.required_children("layers")) {
        network.layers.push_back(read_layer(child, shape));
        network.layers.back().source = static_cast<int>(network.layers.size()) - 2;
        const std::string& name = network.layers.back().name;
        if (!names.insert(name).second) child.fail("name", fmt::format("'{}' is used twice", name));
        shape = output_shape(network.layers.back(), shape);
    }
    reader.done();
    if (network.layers.empty() || !network.layers.front().weighted()) {
        reader.fail("layers", "must begin with a conv or linear layer");
    }
    if (!network.layers.back().weighted() || shape.pixels() != 1) {
        reader.fail("layers", "must end with a linear layer, or a conv with a 1 x 1 output");
    }
    return network;
}

}  // namespace cimarron
