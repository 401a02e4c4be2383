// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

enum class Topology { bus, mesh, h_tree };

// bus     one transfer at a time, ceil(payload bits / width_bits) cycles, arbitration_cycles before
//         each.
// mesh    a router per tile and one for the global buffer, XY routing, wormhole flow control.
// h_tree  a binary tree of switches with the tiles as leaves and the global buffer at the root.
struct InterconnectParams {
    int width_bits = 64;  // of the bus; of a flit
    int arbitration_cycles = 1;
    Topology topology = Topology::bus;
    // Mesh and H-tree.
    int router_cycles = 2;     // pipeline of a router or switch, before the link
    int buffer_flits = 8;      // each input buffer of a router
    int leaf_width_bits = 64;  // H-tree: a tile's link; widths double towards the root, up to
                               // width_bits
};

struct InterconnectActivity {
    std::int64_t transfers = 0;
    std::int64_t flits = 0;         // entering the interconnect, width_bits wide
    std::int64_t payload_bits = 0;  // useful bits, once for each vector
    // Mesh and H-tree, each branch of a multicast counted.
    std::int64_t arbitrations = 0;      // output ports granted to packets
    std::int64_t router_flits = 0;      // flits written to and read from a router's input buffer
    std::int64_t bit_half_pitches = 0;  // useful bits times half tile pitches of wire
};

}  // namespace cimarron
