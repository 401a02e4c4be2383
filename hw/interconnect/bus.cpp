// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/bus.h"

#include "hw/tile/stage_timing.h"

namespace cimarron {

Bus::Bus(const InterconnectParams& params, const RouteMap& map)
    : params_(params), map_(map), requests_(map.block_count()) {}

void Bus::request(std::int64_t cycle, int source, int route, std::int64_t bits, int vector) {
    requests_[static_cast<std::size_t>(source)] = {true, route, bits, vector};
    ++waiting_;
    if (granted_ < 0) next_ = cycle;
}

void Bus::step(std::int64_t cycle, FabricEvents& events) {
    if (granted_ >= 0) {
        Request& done = requests_[static_cast<std::size_t>(granted_)];
        done.waiting = false;
        events.accepted.push_back(granted_);
        for (const int block : map_.blocks(done.route))
            events.arrivals.push_back({done.vector, block});
        granted_ = -1;
    }
    next_ = kNever;
    if (waiting_ == 0) return;
    while (!requests_[turn_].waiting) turn_ = (turn_ + 1) % requests_.size();
    granted_ = static_cast<int>(turn_);
    --waiting_;
    next_ = cycle + transfer_cycles(params_, requests_[turn_].bits);
    turn_ = (turn_ + 1) % requests_.size();
}

}  // namespace cimarron
