// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/bus.h"

#include "hw/interconnect/transfer_timing.h"

namespace cimarron {

Bus::Bus(const InterconnectParams& params, const RouteMap& map)
    : params_(params), map_(map), requests_(map.block_count()) {}

void Bus::request(std::int64_t cycle, int source, int route, std::int64_t bits, int vector) {
    requests_[static_cast<std::size_t>(source)] = {cycle, route, bits, vector};
    ++waiting_;
    if (granted_ < 0 && arbitration_ == kNever) arbitration_ = cycle;
}

std::int64_t Bus::next() const {
    if (granted_ >= 0) return done_;
    return arbitration_ == kNever ? kNever : arbitration_ + 1;
}

void Bus::step(std::int64_t cycle, FabricEvents& events) {
    while (next() <= cycle) {
        if (granted_ >= 0)
            complete(events);
        else
            grant();
    }
}

void Bus::grant() {
    while (requests_[turn_].cycle > arbitration_) turn_ = (turn_ + 1) % requests_.size();
    granted_ = static_cast<int>(turn_);
    --waiting_;
    done_ = arbitration_ + transfer_cycles(params_, requests_[turn_].bits);
    arbitration_ = kNever;
    turn_ = (turn_ + 1) % requests_.size();
}

void Bus::complete(FabricEvents& events) {
    Request& request = requests_[static_cast<std::size_t>(granted_)];
    events.accepted.push_back(granted_);
    for (const int block : map_.blocks(request.route))
        events.arrivals.push_back({request.vector, block});
    request.cycle = kNever;
    granted_ = -1;
    if (waiting_ > 0) arbitration_ = done_;
}

}  // namespace cimarron
