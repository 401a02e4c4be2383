// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/interconnect_traffic.h"

namespace cimarron {

InterconnectTraffic::InterconnectTraffic(const InterconnectParams& params, int tiles,
                                         std::vector<int> tile_of_block,
                                         std::vector<std::vector<int>> routes)
    : params_(params),
      map_(params, tiles, std::move(tile_of_block), std::move(routes)),
      activity_(map_.route_count()) {}

void InterconnectTraffic::count(int source, int route, std::int64_t bits, std::int64_t vectors) {
    InterconnectActivity& activity = activity_[static_cast<std::size_t>(route)];
    activity.transfers += vectors;
    activity.payload_bits += vectors * bits;
    if (params_.topology == Topology::bus) {
        activity.flits += vectors * ((bits + params_.width_bits - 1) / params_.width_bits);
        return;
    }
    const RouteTree& tree = map_.tree(source, route);
    const PacketCut cut = cut_into_packets(params_, bits);
    activity.flits += vectors * cut.flits;
    activity.arbitrations +=
        vectors * cut.packets * (static_cast<std::int64_t>(tree.nodes.size()) - 1);
    activity.router_flits += vectors * cut.flits * tree.routers;
    activity.bit_half_pitches += vectors * bits * tree.half_pitches;
}

}  // namespace cimarron
