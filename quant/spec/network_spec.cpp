// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/network_spec.h"

#include "common/bits.h"
#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"
#include "quant/spec/network_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cimarron {
namespace {

using Type = LayerSpec::Type;

Window window_of(const LayerKeys& keys) {
    const int kernel = keys.kernel;
    const int stride = keys.stride.value_or(keys.spec.type == Type::conv ? 1 : kernel);
    const int padding = keys.padding;
    return {kernel, kernel, stride, stride, padding, padding, padding, padding};
}

// Joins the layers one by one; `network_` holds those joined so far. Errors are located by
// `reader`, the layer's.
class LayerJoiner {
public:
    explicit LayerJoiner(NetworkSpec& network) : network_(network) {}
    void join(const LayerKeys& keys, const YamlReader& reader);
    void check_readers(const YamlReader& reader) const;
    Shape last_output() const { return shapes_.back(); }

private:
    int find(const std::string& name, const YamlReader& reader, const char* key) const;
    void add(const std::string& name, const YamlReader& reader, LayerSpec& layer,
             const Shape& output);

    NetworkSpec& network_;
    std::map<std::string, int> names_;
    std::vector<Shape> shapes_;  // of the outputs
    std::vector<bool> is_read_;
};

std::string text(const Shape& s) {
    return fmt::format("{} x {} x {}", s.channels, s.height, s.width);
}

// The layer that the key names.
int LayerJoiner::find(const std::string& name, const YamlReader& reader, const char* key) const {
    const auto found = names_.find(name);
    if (found == names_.end()) {
        reader.fail(key, fmt::format("'{}' is the name of no layer before this one", name));
    }
    return found->second;
}

void LayerJoiner::add(const std::string& name, const YamlReader& reader, LayerSpec& layer,
                      const Shape& output) {
    layer.add = find(name, reader, "add");
    const Shape& added = shapes_[static_cast<std::size_t>(*layer.add)];
    if (!identity_shortcut(added, output)) {
        reader.fail("add", fmt::format("'{}' is {} (channels x height x width) and the layer's "
                                       "output is {}: neither equal nor strided with more channels",
                                       name, text(added), text(output)));
    }
    is_read_[static_cast<std::size_t>(*layer.add)] = true;
}

void check_groups(const YamlReader& reader, const LayerSpec& layer, const Shape& input) {
    if (input.channels % layer.groups != 0 || layer.channels % layer.groups != 0) {
        reader.fail("groups", fmt::format("{} does not divide the layer's {} input and {} output "
                                          "channels",
                                          layer.groups, input.channels, layer.channels));
    }
}

void check_window(const YamlReader& reader, const Window& w, const Shape& input) {
    if (w.kernel_h > input.height + w.pad_top + w.pad_bottom ||
        w.kernel_w > input.width + w.pad_left + w.pad_right) {
        reader.fail("kernel", fmt::format("{} is larger than the layer's input of {} x {}",
                                          w.kernel_h, input.height, input.width));
    }
}

void LayerJoiner::join(const LayerKeys& keys, const YamlReader& reader) {
    LayerSpec layer = keys.spec;
    layer.source = static_cast<int>(network_.layers.size()) - 1;
    if (keys.from) layer.source = find(*keys.from, reader, "from");
    const Shape input =
        layer.source < 0 ? network_.input : shapes_[static_cast<std::size_t>(layer.source)];
    if (layer.type == Type::linear) {
        layer.window.kernel_h = input.height;
        layer.window.kernel_w = input.width;
    } else {
        layer.window = window_of(keys);
    }
    check_window(reader, layer.window, input);
    check_groups(reader, layer, input);
    const Shape output = output_shape(layer, input);
    if (keys.add) add(*keys.add, reader, layer, output);
    if (!names_.emplace(layer.name, static_cast<int>(network_.layers.size())).second) {
        reader.fail("name", fmt::format("'{}' is used twice", layer.name));
    }
    if (layer.source >= 0) is_read_[static_cast<std::size_t>(layer.source)] = true;
    network_.layers.push_back(std::move(layer));
    shapes_.push_back(output);
    is_read_.push_back(false);
}

void LayerJoiner::check_readers(const YamlReader& reader) const {
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
    NetworkKeys read;
    KeyReader keys(reader);
    describe_network(keys, read);
    reader.done();
    NetworkSpec network = read.spec;
    LayerJoiner layers(network);
    const std::vector<YamlReader> places = reader.required_children("layers");
    for (std::size_t i = 0; i < places.size(); ++i) layers.join(read.layers[i], places[i]);
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

std::vector<KeyEntry> network_keys() {
    NetworkKeys network;
    return list_keys([&](KeyLister& keys) { describe_network(keys, network); });
}

}  // namespace cimarron
