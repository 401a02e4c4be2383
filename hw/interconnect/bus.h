// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/interconnect/fabric.h"

namespace cimarron {

// A shared bus with round-robin arbitration: one vector at a time, for transfer_cycles()
// (stage_timing.h), into every block of its destination at once (a bus broadcasts by nature).
class Bus : public Fabric {
public:
    Bus(const InterconnectParams& params, const RouteMap& map);

    void request(std::int64_t cycle, int source, int route, std::int64_t bits, int vector) override;
    std::int64_t next() const override { return next_; }
    void step(std::int64_t cycle, FabricEvents& events) override;

private:
    struct Request {
        bool waiting = false;
        int route = 0;
        std::int64_t bits = 0;
        int vector = 0;
    };
    const InterconnectParams params_;
    const RouteMap& map_;
    std::vector<Request> requests_;  // per source
    int granted_ = -1;
    std::size_t turn_ = 0;  // first source to ask at the next grant
    int waiting_ = 0;
    std::int64_t next_ = kNever;
};

}  // namespace cimarron
