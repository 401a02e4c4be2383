// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/route_tree.h"

#include "common/bits.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// Depth of a switch or leaf in heap order (root 1).
int depth(int heap) {
    return bits_for(static_cast<std::uint64_t>(heap)) - 1;
}

int floor_half(int value) {
    return value / 2;
}

}  // namespace

PacketCut cut_into_packets(const InterconnectParams& params, std::int64_t bits) {
    const std::int64_t payload = (bits + params.width_bits - 1) / params.width_bits;
    const std::int64_t most = params.buffer_flits - 1;
    const std::int64_t packets = (payload + most - 1) / most;
    return {payload + packets, packets};
}

RouteMap::RouteMap(const InterconnectParams& params, int tiles, std::vector<int> tile_of_block,
                   std::vector<std::vector<int>> routes)
    : params_(params),
      tile_of_block_(std::move(tile_of_block)),
      routes_(std::move(routes)),
      trees_(tile_of_block_.size()) {
    while (columns_ * columns_ < tiles + 1) ++columns_;
    while ((1 << levels_) < tiles) ++levels_;
    for (auto& trees : trees_) trees.resize(routes_.size());
}

const RouteTree& RouteMap::tree(int source, int route) {
    auto& tree = trees_[static_cast<std::size_t>(source)][static_cast<std::size_t>(route)];
    if (!tree) tree = std::make_unique<RouteTree>(build(source, blocks(route)));
    return *tree;
}

std::vector<int> RouteMap::mesh_path(int from, int to) const {
    const auto x_of = [&](int position) {
        const int x = position % columns_;
        return position / columns_ % 2 == 0 ? x : columns_ - 1 - x;
    };
    int x = x_of(from), y = from / columns_;
    const int to_x = x_of(to), to_y = to / columns_;
    std::vector<int> path{y * columns_ + x};
    while (x != to_x || y != to_y) {
        if (x != to_x)
            x += x < to_x ? 1 : -1;
        else
            y += y < to_y ? 1 : -1;
        path.push_back(y * columns_ + x);
    }
    return path;
}

std::vector<int> RouteMap::h_tree_path(int from, int to) const {
    std::vector<int> up{from}, down{to};
    while (up.back() != down.back()) {
        std::vector<int>& deeper = depth(up.back()) >= depth(down.back()) ? up : down;
        deeper.push_back(floor_half(deeper.back()));
    }
    up.insert(up.end(), down.rbegin() + 1, down.rend());
    return up;
}

std::vector<int> RouteMap::routers_between(int source, int destination) const {
    const int from = tile_of_block_[static_cast<std::size_t>(source)];
    const int to = tile_of_block_[static_cast<std::size_t>(destination)];
    if (params_.topology == Topology::mesh) return mesh_path(from + 1, to + 1);
    const auto switch_of = [&](int tile) {
        return tile == kGlobalBufferTile ? 1 : floor_half((1 << levels_) + tile);
    };
    return h_tree_path(switch_of(from), switch_of(to));
}

// Levels count from the leaves, 1 being a tile's own link. Links of an H alternate between the two
// directions, so that their length doubles every second level.
Channel RouteMap::link(int from, int to) const {
    if (params_.topology == Topology::mesh) return {1, 2, -1};
    const int level = levels_ - depth(std::max(from, to)) + 1;
    const std::int64_t width = std::min<std::int64_t>(
        params_.width_bits, std::int64_t{params_.leaf_width_bits} << std::min(level - 1, 30));
    return {static_cast<int>((params_.width_bits + width - 1) / width), 1 << ((level - 1) / 2), -1};
}

Channel RouteMap::port(int block) const {
    const int tile = tile_of_block_[static_cast<std::size_t>(block)];
    if (params_.topology == Topology::mesh || tile == kGlobalBufferTile) return {1, 0, -1};
    return link(1 << levels_, 1 << (levels_ - 1));
}

int RouteMap::channel(int from, int to, const Channel& made) {
    const auto [entry, is_new] =
        channel_of_.try_emplace({from, to}, static_cast<int>(channels_.size()));
    if (is_new) channels_.push_back(made);
    return entry->second;
}

std::vector<int> RouteMap::channels_between(int source, int destination) {
    const std::vector<int> routers = routers_between(source, destination);
    std::vector<int> path{channel(-1 - source, routers.front(), port(source))};
    for (std::size_t i = 1; i < routers.size(); ++i)
        path.push_back(channel(routers[i - 1], routers[i], link(routers[i - 1], routers[i])));
    Channel out = port(destination);
    out.block = destination;
    path.push_back(channel(routers.back(), -1 - destination, out));
    return path;
}

// Routes from one source share their first channels and never meet again once apart.
RouteTree RouteMap::build(int source, const std::vector<int>& destinations) {
    std::vector<std::vector<int>> paths;
    for (const int block : destinations) paths.push_back(channels_between(source, block));
    RouteTree tree;
    tree.destinations = static_cast<int>(paths.size());
    // Paths behind each node, in step with tree.nodes.
    std::vector<std::vector<std::size_t>> behind;
    std::vector<std::size_t> steps;
    const auto add = [&](int channel, std::size_t step) {
        tree.nodes.push_back({channel, 0, 0});
        behind.emplace_back();
        steps.push_back(step);
        const Channel& c = channels_[static_cast<std::size_t>(channel)];
        tree.routers += c.block < 0 ? 1 : 0;
        tree.half_pitches += c.half_pitches;
    };
    add(paths.front().front(), 0);
    for (std::size_t p = 0; p < paths.size(); ++p) behind[0].push_back(p);
    for (std::size_t n = 0; n < tree.nodes.size(); ++n) {
        const std::size_t step = steps[n] + 1;
        const auto first = tree.nodes.size();
        for (const std::size_t p : std::vector<std::size_t>(behind[n])) {
            if (step >= paths[p].size()) continue;
            std::size_t child = first;
            while (child < tree.nodes.size() && tree.nodes[child].channel != paths[p][step])
                ++child;
            if (child == tree.nodes.size()) add(paths[p][step], step);
            behind[child].push_back(p);
        }
        tree.nodes[n].first_child = static_cast<int>(first);
        tree.nodes[n].children = static_cast<int>(tree.nodes.size() - first);
    }
    return tree;
}

std::int64_t RouteMap::zero_load_cycles(int source, int destination, std::int64_t bits) {
    std::int64_t cycles = 1;
    int slowest = 1;
    const std::vector<int> path = channels_between(source, destination);
    for (const int c : path) {
        const int each = channels_[static_cast<std::size_t>(c)].cycles_per_flit;
        cycles += each;
        slowest = std::max(slowest, each);
    }
    const auto routers = static_cast<std::int64_t>(path.size()) - 1;
    return cycles + routers * params_.router_cycles +
           (cut_into_packets(params_, bits).flits - 1) * slowest;
}

}  // namespace cimarron
