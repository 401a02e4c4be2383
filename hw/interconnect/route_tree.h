// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/interconnect.h"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace cimarron {

// One direction of a link, or the way between a block and its router.
struct Channel {
    int cycles_per_flit = 1;
    int half_pitches = 0;  // length, in half tile pitches
    int block = -1;        // the block it ends at; -1: it ends in a router's input buffer
};

// The channels a vector takes, as a tree in breadth-first order: nodes[0] leaves the source, and a
// node's children are the channels its flits are copied to.
struct RouteTree {
    struct Node {
        int channel = 0;
        int first_child = 0;
        int children = 0;
    };
    std::vector<Node> nodes;
    int routers = 0;       // nodes that end in a router
    int half_pitches = 0;  // sum over nodes
    int destinations = 0;
};

constexpr int kGlobalBufferTile = -1;  // in place of a tile's number

// How a vector is cut: packets of one head flit and at most buffer_flits - 1 flits of payload, so
// that a whole packet fits in every input buffer.
struct PacketCut {
    std::int64_t flits = 0;  // with heads
    std::int64_t packets = 0;
};
PacketCut cut_into_packets(const InterconnectParams& params, std::int64_t bits);

// Channels and routes of a mesh or an H-tree between blocks that stand on a chip's tiles; multicast
// is a tree. Mesh: router of position p (0: the global buffer, t + 1: tile t) in snake order over
// ceil(sqrt(tiles + 1)) columns, first along x, then along y. H-tree: up to the lowest common
// switch, then down.
class RouteMap {
public:
    // tile_of_block: a tile's number or kGlobalBufferTile. routes[r]: the blocks of destination r.
    RouteMap(const InterconnectParams& params, int tiles, std::vector<int> tile_of_block,
             std::vector<std::vector<int>> routes);

    const std::vector<Channel>& channels() const { return channels_; }
    const std::vector<int>& blocks(int route) const {
        return routes_[static_cast<std::size_t>(route)];
    }
    std::size_t block_count() const { return tile_of_block_.size(); }
    std::size_t route_count() const { return routes_.size(); }
    // Found at the first use, then kept.
    const RouteTree& tree(int source, int route);

    // Cycles of a vector through the empty network, from its request at block `source` until all of
    // it has arrived at block `destination`:
    //   1 + sum of the channels' cycles_per_flit + routers * router_cycles
    //     + (flits - 1) * the slowest channel's cycles_per_flit
    std::int64_t zero_load_cycles(int source, int destination, std::int64_t bits);

private:
    std::vector<int> routers_between(int source, int destination) const;
    std::vector<int> mesh_path(int from, int to) const;
    std::vector<int> h_tree_path(int from, int to) const;
    std::vector<int> channels_between(int source, int destination);
    int channel(int from, int to, const Channel& made);
    Channel link(int from, int to) const;
    Channel port(int block) const;
    RouteTree build(int source, const std::vector<int>& destinations);

    const InterconnectParams params_;
    const std::vector<int> tile_of_block_;
    const std::vector<std::vector<int>> routes_;
    int columns_ = 1;  // mesh
    int levels_ = 1;   // H-tree
    std::vector<Channel> channels_;
    std::map<std::pair<int, int>, int> channel_of_;               // ends; block b is -1 - b
    std::vector<std::vector<std::unique_ptr<RouteTree>>> trees_;  // [source][route]
};

}  // namespace cimarron
