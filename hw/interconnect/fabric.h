// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/interconnect/route_tree.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace cimarron {

// What a step let happen, at that step's cycle.
struct FabricEvents {
    struct Arrival {
        int vector;
        int block;
    };
    std::vector<int> accepted;      // sources that may request again
    std::vector<Arrival> arrivals;  // whole vectors
};

// An interconnect as arithmetic over whole cycles, without SystemC and without the vectors' data.
// A source has at most one request that is not accepted yet.
class Fabric {
public:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    virtual ~Fabric() = default;
    virtual void request(std::int64_t cycle, int source, int route, std::int64_t bits,
                         int vector) = 0;
    // The next cycle at which step() has something to do.
    virtual std::int64_t next() const = 0;
    virtual void step(std::int64_t cycle, FabricEvents& events) = 0;
};

std::unique_ptr<Fabric> make_fabric(const InterconnectParams& params, RouteMap& map);

}  // namespace cimarron
