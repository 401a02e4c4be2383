// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/topological.h"

#include "common/error.h"

#include <fmt/format.h>

#include <vector>

namespace cimarron {

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
            const Shortcut* shortcut = shortcut_of(nodes[i]);
            if (place[i] >= 0 || !is_placed(source_of(nodes[i])) ||
                (shortcut != nullptr && !is_placed(shortcut->source)))
                continue;
            place[i] = static_cast<int>(ordered.size());
            std::visit([&](auto& n) { n.source = placed(n.source); }, nodes[i]);
            if (auto* conv = std::get_if<ConvNode>(&nodes[i]); conv != nullptr && conv->shortcut)
                conv->shortcut->source = placed(conv->shortcut->source);
            ordered.push_back(std::move(nodes[i]));
        }
        if (ordered.size() == before) throw UserError("the graph has a cycle");
    }
    nodes = std::move(ordered);
    return network;
}

}  // namespace cimarron
