// SPDX-License-Identifier: Apache-2.0
#include "quant/network.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

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

void append(std::vector<double>& values, const PerChannel& more, int channels) {
    for (int c = 0; c < channels; ++c) values.push_back(more[static_cast<std::size_t>(c)]);
}

// The channels of all sources; of their quantizers, what tells a code's value.
TensorInfo concatenated(const ConcatNode& node, const std::vector<TensorInfo>& sources) {
    require(sources.size() >= 2, node.name, "must join two or more tensors");
    TensorInfo result = sources.front();
    require(result.is_codes(), node.name, "joins codes of at most 8 bits only");
    std::vector<double> scale, zero;
    result.shape.channels = 0;
    for (const TensorInfo& source : sources) {
        const Shape& s = source.shape;
        require(source.is_codes(), node.name, "joins codes of at most 8 bits only");
        require(s.height == result.shape.height && s.width == result.shape.width, node.name,
                "joins tensors of different sizes");
        result.shape.channels += s.channels;
        ActivationQuantizer& q = *result.quantizer;
        q.bits = std::max(q.bits, source.quantizer->bits);
        q.low = std::min(q.low, source.quantizer->low);
        q.high = std::max(q.high, source.quantizer->high);
        append(scale, source.quantizer->scale, s.channels);
        append(zero, source.quantizer->zero, s.channels);
    }
    result.quantizer->scale = scale;
    result.quantizer->zero = zero;
    check_size(node.name, result.shape);
    return result;
}

}  // namespace

const std::string& name_of(const Node& node) {
    return std::visit([](const auto& n) -> const std::string& { return n.name; }, node);
}

int source_of(const Node& node) {
    if (const auto* concat = std::get_if<ConcatNode>(&node))
        return concat->sources.empty() ? -1 : concat->sources.front();
    if (const auto* conv = std::get_if<ConvNode>(&node)) return conv->source;
    if (const auto* pool = std::get_if<PoolNode>(&node)) return pool->source;
    return std::get<QuantizeNode>(node).source;
}

const Shortcut* shortcut_of(const Node& node) {
    const std::optional<Shortcut>* shortcut = nullptr;
    if (const auto* conv = std::get_if<ConvNode>(&node)) shortcut = &conv->shortcut;
    if (const auto* quantize = std::get_if<QuantizeNode>(&node)) shortcut = &quantize->shortcut;
    return shortcut != nullptr && *shortcut ? &**shortcut : nullptr;
}

std::vector<int> sources_of(const Node& node) {
    if (const auto* concat = std::get_if<ConcatNode>(&node)) return concat->sources;
    std::vector<int> sources{source_of(node)};
    if (const Shortcut* shortcut = shortcut_of(node)) sources.push_back(shortcut->source);
    return sources;
}

Shape output_shape(const Node& node, const Shape& input) {
    if (std::holds_alternative<QuantizeNode>(node) || std::holds_alternative<ConcatNode>(node))
        return input;
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

namespace {

TensorInfo output_of(const Network& network, const std::vector<TensorInfo>& outputs,
                     const Node& node) {
    if (const auto* concat = std::get_if<ConcatNode>(&node)) {
        std::vector<TensorInfo> sources;
        for (const int source : concat->sources)
            sources.push_back(tensor_at(network, outputs, source));
        return concatenated(*concat, sources);
    }
    const TensorInfo input = tensor_at(network, outputs, source_of(node));
    const Shape shape = output_shape(node, input.shape);
    if (const auto* pool = std::get_if<PoolNode>(&node))
        return {shape, pool->activation ? pool->activation : input.quantizer};
    if (const auto* conv = std::get_if<ConvNode>(&node)) return {shape, conv->activation};
    return {shape, std::get<QuantizeNode>(node).activation};
}

}  // namespace

std::vector<TensorInfo> outputs_of(const Network& network) {
    check_size(network.name, network.input);
    std::vector<TensorInfo> outputs;
    for (const Node& node : network.nodes) {
        const auto before = static_cast<int>(outputs.size());
        for (const int source : sources_of(node))
            require(source >= -1 && source < before, name_of(node),
                    "must read the image or an earlier node");
        outputs.push_back(output_of(network, outputs, node));
    }
    return outputs;
}

}  // namespace cimarron
