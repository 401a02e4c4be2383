// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/network_spec.h"

#include "common/bits.h"
#include "common/yaml/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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

// Reads the layers one by one; `network_` holds those read so far.
class LayerReader {
public:
    explicit LayerReader(NetworkSpec& network) : network_(network) {}
    void read(const YamlReader& reader);
    void check_readers(const YamlReader& reader) const;
    Shape last_output() const { return shapes_.back(); }

private:
    int find(const YamlReader& reader, const char* key) const;
    int read_groups(const YamlReader& reader, const LayerSpec& layer, const Shape& input) const;
    void read_add(const YamlReader& reader, LayerSpec& layer, const Shape& output);

    NetworkSpec& network_;
    std::map<std::string, int> names_;
    std::vector<Shape> shapes_;  // of the outputs
    std::vector<bool> is_read_;
};

std::string text(const Shape& s) {
    return fmt::format("{} x {} x {}", s.channels, s.height, s.width);
}

// The layer that the key names.
int LayerReader::find(const YamlReader& reader, const char* key) const {
    const auto name = reader.required<std::string>(key);
    const auto found = names_.find(name);
    if (found == names_.end()) {
        reader.fail(key, fmt::format("'{}' is the name of no layer before this one", name));
    }
    return found->second;
}

int LayerReader::read_groups(const YamlReader& reader, const LayerSpec& layer,
                             const Shape& input) const {
    const int groups = reader.optional<int>("groups", 1, kChannels);
    if (input.channels % groups != 0 || layer.channels % groups != 0) {
        reader.fail("groups", fmt::format("{} does not divide the layer's {} input and {} output "
                                          "channels",
                                          groups, input.channels, layer.channels));
    }
    return groups;
}

void LayerReader::read_add(const YamlReader& reader, LayerSpec& layer, const Shape& output) {
    layer.add = find(reader, "add");
    const Shape& added = shapes_[static_cast<std::size_t>(*layer.add)];
    if (!identity_shortcut(added, output)) {
        reader.fail("add", fmt::format("'{}' is {} (channels x height x width) and the layer's "
                                       "output is {}: neither equal nor strided with more channels",
                                       network_.layers[static_cast<std::size_t>(*layer.add)].name,
                                       text(added), text(output)));
    }
    is_read_[static_cast<std::size_t>(*layer.add)] = true;
}

void check_window(const YamlReader& reader, const Window& w, const Shape& input) {
    if (w.kernel_h > input.height + w.pad_top + w.pad_bottom ||
        w.kernel_w > input.width + w.pad_left + w.pad_right) {
        reader.fail("kernel", fmt::format("{} is larger than the layer's input of {} x {}",
                                          w.kernel_h, input.height, input.width));
    }
}

void LayerReader::read(const YamlReader& reader) {
    LayerSpec layer;
    layer.name = reader.required<std::string>("name");
    layer.type = reader.required_enum<Type>("type", {{"conv", Type::conv},
                                                     {"linear", Type::linear},
                                                     {"max_pool", Type::max_pool},
                                                     {"average_pool", Type::average_pool}});
    if (layer.weighted() && reader.has("activation_bits")) {
        layer.activation_bits = reader.required<int>("activation_bits", {1, 8});
    }
    layer.source = static_cast<int>(network_.layers.size()) - 1;
    if (reader.has("from")) layer.source = find(reader, "from");
    const Shape input =
        layer.source < 0 ? network_.input : shapes_[static_cast<std::size_t>(layer.source)];
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
    check_window(reader, layer.window, input);
    const Shape output = output_shape(layer, input);
    if (layer.type == Type::conv) {
        layer.groups = read_groups(reader, layer, input);
        if (reader.has("add")) read_add(reader, layer, output);
    }
    reader.done();
    if (!names_.emplace(layer.name, static_cast<int>(network_.layers.size())).second) {
        reader.fail("name", fmt::format("'{}' is used twice", layer.name));
    }
    if (layer.source >= 0) is_read_[static_cast<std::size_t>(layer.source)] = true;
    network_.layers.push_back(std::move(layer));
    shapes_.push_back(output);
    is_read_.push_back(false);
}

void LayerReader::check_readers(const YamlReader& reader) const {
    for (std::size_t i = 0; i + 1 < is_read_.size(); ++i)
        if (!is_read_[i]) {
            reader.fail("layers",
                        fmt::format("nothing reads the output of '{}'", network_.layers[i].name));
        }
}

}  // namespace

Shape output_shape(const LayerSpec& layer, const Shape& input) {
    return {layer.weighted() ? layer.channels : input.channels,
            layer.window.out_height(input.height), layer.window.out_width(input.width)};
}

std::vector<Shape> output_shapes(const NetworkSpec& network) {
    std::vector<Shape> shapes;
    for (const LayerSpec& layer : network.layers)
        shapes.push_back(output_shape(layer, layer.source < 0
                                                 ? network.input
                                                 : shapes[static_cast<std::size_t>(layer.source)]));
    return shapes;
}

std::optional<IdentityShortcut> identity_shortcut(const Shape& from, const Shape& to) {
    const int stride = std::max(ceil_div(from.height, to.height), ceil_div(from.width, to.width));
    if ((from.height - 1) / stride + 1 != to.height || (from.width - 1) / stride + 1 != to.width ||
        from.channels > to.channels)
        return std::nullopt;
    return IdentityShortcut{stride, (to.channels - from.channels) / 2};
}

NetworkSpec load_network_spec(const std::filesystem::path& file) {
    const YamlReader reader = YamlReader::load(file);
    NetworkSpec network;
    network.name = reader.required<std::string>("name");
    const YamlReader input = reader.required_child("input");
    network.input = {input.required<int>("channels", kChannels),
                     input.required<int>("height", kSide), input.required<int>("width", kSide)};
    input.done();
    network.stream_bits = reader.optional<int>("stream_bits", network.stream_bits, {9, 16});
    LayerReader layers(network);
    for (const YamlReader& child : reader.required_children("layers")) layers.read(child);
    reader.done();
    if (network.layers.empty() || !network.layers.front().weighted()) {
        reader.fail("layers", "must begin with a conv or linear layer");
    }
    const LayerSpec& last = network.layers.back();
    if (!last.weighted() || last.add || layers.last_output().pixels() != 1) {
        reader.fail("layers",
                    "must end with a linear layer, or a conv with a 1 x 1 output and no `add`");
    }
    layers.check_readers(reader);
    for (const LayerSpec& layer : network.layers) {
        if (layer.activation_bits && (layer.source < 0 || &layer == &last)) {
            reader.fail(
                "layers",
                fmt::format("'{}' reads 8-bit codes, whatever activation_bits says", layer.name));
        }
    }
    return network;
}

}  // namespace cimarron
