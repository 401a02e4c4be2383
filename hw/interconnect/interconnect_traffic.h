// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/interconnect/route_tree.h"

namespace cimarron {

// What vectors over the interconnect count, whenever they are sent.
class InterconnectTraffic {
public:
    InterconnectTraffic(const InterconnectParams& params, int tiles, std::vector<int> tile_of_block,
                        std::vector<std::vector<int>> routes);

    // `vectors` of so many bits each.
    void count(int source, int route, std::int64_t bits, std::int64_t vectors = 1);
    RouteMap& map() { return map_; }
    const std::vector<InterconnectActivity>& activity() const { return activity_; }  // per route

private:
    const InterconnectParams params_;
    RouteMap map_;
    std::vector<InterconnectActivity> activity_;
};

}  // namespace cimarron
