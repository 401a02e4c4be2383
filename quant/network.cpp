// SPDX-License-Identifier: Apache-2.0
#include "quant/network.h"

#include "common/error.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

void require(bool holds, const std::string& node, const std::string& what) {
    if (!holds) throw UserError(fmt::format("node {}: {}", node, what));
}

void check_window(const std::string& node, const Window& w, const Shape& in) {
    constexpr int kMost = 1 << 14;
    for (int v : {w.kernel_h, w.kernel_w, w.stride_h, w.stride_w})
        require(v >= 1 && v <= kMost, node, "kernel and stride must be 1..16384");
    for (int v : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right})
        require(v >= 0 && v <= kMost, node, "padding must be 0..16384");
    require(w.kernel_h <= in.height + w.pad_top + w.pad_bottom &&
                w.kernel_w <= in.width + w.pad_left + w.pad_right,
            node, "the kernel is larger than the padded input");
}

void check_pool_padding(const std::string& node, const Window& w) {
    require(w.pad_top < w.kernel_h && w.pad_bottom < w.kernel_h && w.pad_left < w.kernel_w &&
                w.pad_right < w.kernel_w,
            node, "pooling must be padded by less than its kernel");
}

// Bounds every tensor, so that sizes fit an int and a damaged file cannot ask for all memory.
void check_size(const std::string& node, const Shape& s) {
    constexpr std::int64_t kMost = 1 << 28;
    require(s.channels >= 1 && s.height >= 1 && s.width >= 1, node, "has an empty tensor");
    require(std::int64_t{s.height} * s.width <= kMost / s.channels, node,
            "has a tensor of more than 2^28 values");
}

ActivationQuantizer quantizer_of(const Node& node, const ActivationQuantizer& input) {
    if (const auto* pool = std::get_if<PoolNode>(&node)) return pool->activation.value_or(input);
    if (const auto* quantize = std::get_if<QuantizeNode>(&node)) return quantize->activation;
    return std::get<ConvNode>(node).activation.value_or(ActivationQuantizer{0, 1});
}

}  // namespace

const std::string& name_of(const Node& node) {
    return std::visit([](const auto& n) -> const std::string& { return n.name; }, node);
}

int source_of(const Node& node) {
    return std::visit([](const auto& n) { return n.source; }, node);
}

const Shortcut* shortcut_of(const Node& node) {
    const auto* conv = std::get_if<ConvNode>(&node);
    return conv != nullptr && conv->shortcut ? &*conv->shortcut : nullptr;
}

Shape output_shape(const Node& node, const Shape& input) {
    if (std::holds_alternative<QuantizeNode>(node)) return input;
    const auto* pool = std::get_if<PoolNode>(&node);
    const auto* conv = std::get_if<ConvNode>(&node);
    const Window& window = pool != nullptr ? pool->window : conv->window;
    const std::string& name = name_of(node);
    check_window(name, window, input);
    Shape out{input.channels, window.out_height(input.height), window.out_width(input.width)};
    if (pool != nullptr) {
        check_pool_padding(name, window);
    } else {
        out.channels = conv->out_channels;
        require(!conv->fully_connected ||
                    (out.height == 1 && out.width == 1 && window.kernel_h == input.height &&
                     window.kernel_w == input.width),
                name, "a fully connected layer's kernel must be its whole input");
    }
    check_size(name, out);
    return out;
}

TensorInfo tensor_at(const Network& network, const std::vector<TensorInfo>& outputs, int source) {
    if (source < 0) return {network.input, network.input_quantizer};
    return outputs[static_cast<std::size_t>(source)];
}

std::vector<TensorInfo> outputs_of(const Network& network) {
    check_size(network.name, network.input);
    std::vector<TensorInfo> outputs;
    for (const Node& node : network.nodes) {
        const int source = source_of(node);
        const auto before = static_cast<int>(outputs.size());
        require(source >= -1 && source < before, name_of(node),
                "must read the image or an earlier node");
        const TensorInfo input = tensor_at(network, outputs, source);
        outputs.push_back({output_shape(node, input.shape), quantizer_of(node, input.quantizer)});
    }
    return outputs;
}

}  // namespace cimarron
