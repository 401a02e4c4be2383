// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/network/topological.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cimarron {

namespace {

template <class F>
void move_sources(Node& node, F placed) {
    if (auto* concat = std::get_if<ConcatNode>(&node))
        for (int& source : concat->sources) source = placed(source);
    if (auto* pool = std::get_if<PoolNode>(&node)) pool->source = placed(pool->source);
    const auto move = [&](auto* n) {
        if (n == nullptr) return;
        n->source = placed(n->source);
        if (n->shortcut) n->shortcut->source = placed(n->shortcut->source);
    };
    move(std::get_if<ConvNode>(&node));
    move(std::get_if<QuantizeNode>(&node));
}

}  // namespace

Network topologically_ordered(Network network) {
    std::vector<Node>& nodes = network.nodes;
    std::vector<int> place(nodes.size(), -1);  // of each node in the result
    const auto is_placed = [&](int node) {
        return node < 0 || place[static_cast<std::size_t>(node)] >= 0;
    };
    const auto placed = [&](int node) {
        return node < 0 ? node : place[static_cast<std::size_t>(node)];
    };
    std::vector<Node> ordered;
    while (ordered.size() < nodes.size()) {
        const std::size_t before = ordered.size();
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const std::vector<int> sources = sources_of(nodes[i]);
            if (place[i] >= 0 || !std::all_of(sources.begin(), sources.end(), is_placed)) continue;
            place[i] = static_cast<int>(ordered.size());
            move_sources(nodes[i], placed);
            ordered.push_back(std::move(nodes[i]));
        }
        if (ordered.size() == before) throw UserError("the graph has a cycle");
    }
    nodes = std::move(ordered);
    return network;
}

}  // namespace cimarron
