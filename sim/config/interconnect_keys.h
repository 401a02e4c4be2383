// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "hw/chip/interconnect.h"

namespace cimarron {

// Each topology has the keys that mean something to it.
template <class Keys, class Interconnect>
void describe_interconnect(Keys& f, Interconnect& interconnect) {
    const Names<Topology> topologies = {
        {"bus", Topology::bus}, {"mesh", Topology::mesh}, {"h_tree", Topology::h_tree}};
    constexpr int many = 1 << 20;
    constexpr Range<int> bits{1, 1 << 16};
    f.choice({"topology", "", "what joins tiles and global buffer", "bus"}, interconnect.topology,
             topologies);
    const bool routed = interconnect.topology != Topology::bus;
    f.value({"width_bits", "bits", "of the bus; of a flit", "64"}, interconnect.width_bits, bits);
    f.only("topology", "bus", !routed, [&] {
        f.value({"arbitration_cycles", "cycles", "before each transfer", "1"},
                interconnect.arbitration_cycles, Range<int>{0, many});
    });
    f.only("topology", "mesh, h_tree", routed, [&] {
        f.value({"router_cycles", "cycles", "pipeline of a router, before the link", "2"},
                interconnect.router_cycles, Range<int>{0, many});
        f.value(
            {"buffer_flits", "flits",
             "each input buffer of a router, and the longest packet; at least router_cycles + 2",
             "8"},
            interconnect.buffer_flits, Range<int>{2, many});
    });
    f.only("topology", "h_tree", interconnect.topology == Topology::h_tree, [&] {
        f.value({"leaf_width_bits", "bits",
                 "a tile's link; widths double towards the root, up to width_bits", "16"},
                interconnect.leaf_width_bits, bits);
    });
}

}  // namespace cimarron
