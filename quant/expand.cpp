// SPDX-License-Identifier: Apache-2.0
#include "quant/expand.h"

#include "common/error.h"
#include "quant/slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cimarron {

namespace {

// A tensor of the given network: nodes of the new one whose channels follow each other.
using Parts = std::vector<int>;

class Expansion {
public:
    explicit Expansion(const Network& network) : network_(network), outputs_(outputs_of(network)) {
        result_ = network;
        result_.nodes.clear();
    }

    Network run() {
        for (std::size_t i = 0; i < network_.nodes.size(); ++i)
            parts_.push_back(
                std::visit([&](const auto& node) { return expand(node); }, network_.nodes[i]));
        return std::move(result_);
    }

private:
    Parts expand(const ConcatNode& node) const {
        Parts all;
        for (const int source : node.sources) {
            const Parts& of = parts(source);
            all.insert(all.end(), of.begin(), of.end());
        }
        return all;
    }
    Parts expand(PoolNode node);
    Parts expand(QuantizeNode node);
    Parts expand(ConvNode node);
    int sum_of_parts(const ConvNode& node, const Parts& sources);
    Parts grouped_parts(const ConvNode& node, const Parts& sources);

    const Parts& parts(int source) const {
        return source < 0 ? image_ : parts_[static_cast<std::size_t>(source)];
    }
    int channels(int part) const {
        return part < 0 ? network_.input.channels : channels_[static_cast<std::size_t>(part)];
    }
    template <class N>
    int append(N node, int channels);
    // The shortcut of a node of one part; several parts: a tensor of its own cannot be added.
    std::optional<Shortcut> moved(const std::string& node,
                                  const std::optional<Shortcut>& shortcut) const;
    int conv_of(int node) const {  // behind which convolution a node stands
        return convs_[static_cast<std::size_t>(node)];
    }

    const Network& network_;
    const std::vector<TensorInfo> outputs_;
    Network result_;
    const Parts image_{-1};
    std::vector<Parts> parts_;   // of the given nodes
    std::vector<int> channels_;  // of the new nodes
    std::vector<int> convs_;
};

// A sum that is quantized by channels is real values first.
template <class N>
int Expansion::append(N node, int channels) {
    std::optional<QuantizeNode> after;
    if constexpr (!std::is_same_v<N, PoolNode>) {
        if (node.shortcut && node.activation && !node.activation->step.is_uniform()) {
            after = QuantizeNode{node.name, 0, std::exchange(node.activation, std::nullopt)};
            node.name += ".sum";
        }
    }
    const auto index = static_cast<int>(result_.nodes.size());
    convs_.push_back(std::is_same_v<N, ConvNode> ? index : conv_of(node.source));
    channels_.push_back(channels);
    result_.nodes.emplace_back(std::move(node));
    if (!after) return index;
    after->source = index;
    return append(std::move(*after), channels);
}

std::optional<Shortcut> Expansion::moved(const std::string& node,
                                         const std::optional<Shortcut>& shortcut) const {
    if (!shortcut) return std::nullopt;
    const Parts& from = parts(shortcut->source);
    if (from.size() > 1)
        throw UserError(
            fmt::format("node {}: adds what a Concat joins, which is not supported", node));
    return Shortcut{from.front(), shortcut->stride, shortcut->channel_offset};
}

Parts Expansion::expand(PoolNode node) {
    const Parts& sources = parts(node.source);
    Parts result;
    int first = 0;
    for (const int source : sources) {
        PoolNode part = node;
        part.source = source;
        if (sources.size() > 1) part.name += fmt::format(".part{}", result.size() + 1);
        if (part.activation) part.activation = slice(*part.activation, first, channels(source));
        first += channels(source);
        result.push_back(append(std::move(part), channels(source)));
    }
    return result;
}

Parts Expansion::expand(QuantizeNode node) {
    const Parts sources = parts(node.source);
    std::optional<Shortcut> shortcut = moved(node.name, node.shortcut);
    if (sources.size() == 1) {
        node.source = sources.front();
        // Addition commutes: a tile adds to what it makes itself.
        if (shortcut && conv_of(shortcut->source) > conv_of(node.source) && shortcut->stride == 1 &&
            channels(shortcut->source) == channels(node.source))
            std::swap(shortcut->source, node.source);
        node.shortcut = shortcut;
        return {append(std::move(node), channels(sources.front()))};
    }
    if (shortcut)
        throw UserError(
            fmt::format("node {}: adds to what a Concat joins, which is not supported", node.name));
    Parts result;
    int first = 0;
    for (const int source : sources) {
        QuantizeNode part = node;
        part.source = source;
        part.name += fmt::format(".part{}", result.size() + 1);
        if (part.activation) part.activation = slice(*part.activation, first, channels(source));
        first += channels(source);
        result.push_back(append(std::move(part), channels(source)));
    }
    return result;
}

Parts Expansion::expand(ConvNode node) {
    const Parts sources = parts(node.source);
    node.shortcut = moved(node.name, node.shortcut);
    if (sources.size() > 1)
        return node.groups == 1 ? Parts{sum_of_parts(node, sources)} : grouped_parts(node, sources);
    node.source = sources.front();
    const int channels = node.out_channels;
    return {append(std::move(node), channels)};
}

// conv(A, B) = conv of A + conv of B. The batch norm's gain is each part's, its offset the last's.
int Expansion::sum_of_parts(const ConvNode& node, const Parts& sources) {
    int in_channels = 0;
    for (const int source : sources) in_channels += channels(source);
    int first = 0;
    int sum = -1;
    for (std::size_t k = 0; k < sources.size(); ++k) {
        const bool last = k + 1 == sources.size();
        ConvNode part = slice_inputs(node, in_channels, first, channels(sources[k]));
        first += channels(sources[k]);
        part.source = sources[k];
        if (k > 0) part.shortcut = Shortcut{sum, 1, 0};
        if (!last) {
            part.name += fmt::format(".part{}", k + 1);
            drop_offset(part);
            part.activation.reset();
            part.clip = {};
        }
        sum = append(std::move(part), node.out_channels);
    }
    return sum;
}

// Groups that lie in one part each: a convolution a part.
Parts Expansion::grouped_parts(const ConvNode& node, const Parts& sources) {
    int in_channels = 0;
    for (const int source : sources) in_channels += channels(source);
    const int of_group = in_channels / node.groups;
    if (node.shortcut)
        throw UserError(
            fmt::format("node {}: a grouped convolution behind a Concat takes no "
                        "shortcut",
                        node.name));
    Parts result;
    int first = 0;
    for (const int source : sources) {
        if (channels(source) % of_group != 0)
            throw UserError(fmt::format(
                "node {}: its groups straddle the tensors that its Concat joins", node.name));
        ConvNode part = slice_groups(node, first / of_group, channels(source) / of_group);
        first += channels(source);
        part.source = source;
        part.name += fmt::format(".part{}", result.size() + 1);
        const int made = part.out_channels;
        result.push_back(append(std::move(part), made));
    }
    return result;
}

}  // namespace

Network expanded(const Network& network) {
    return Expansion(network).run();
}

Network with_rounding(Network network, Rounding rounding) {
    for (Node& node : network.nodes) {
        std::optional<ActivationQuantizer>* activation = nullptr;
        if (auto* conv = std::get_if<ConvNode>(&node)) activation = &conv->activation;
        if (auto* pool = std::get_if<PoolNode>(&node)) activation = &pool->activation;
        if (auto* quantize = std::get_if<QuantizeNode>(&node)) activation = &quantize->activation;
        if (activation != nullptr && *activation) (*activation)->rounding = rounding;
    }
    return network;
}

}  // namespace cimarron
