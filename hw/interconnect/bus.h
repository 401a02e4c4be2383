// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/interconnect/fabric.h"

namespace cimarron {

// A shared bus with round-robin arbitration: one vector at a time, for transfer_cycles()
// (stage_timing.h), into every block of its destination at once (a bus broadcasts by nature). It is
// arbitrated in every cycle that finds it free, among all requests of that cycle and before, in
// whatever order the kernel brought them: so the step that decides comes one cycle later.
class Bus : public Fabric {
public:
    Bus(const InterconnectParams& params, const RouteMap& map);

    void request(std::int64_t cycle, int source, int route, std::int64_t bits, int vector) override;
    std::int64_t next() const override;
    void step(std::int64_t cycle, FabricEvents& events) override;

private:
    struct Request {
        std::int64_t cycle = kNever;  // kNever: none
        int route = 0;
        std::int64_t bits = 0;
        int vector = 0;
    };
    void grant();
    void complete(FabricEvents& events);

    const InterconnectParams params_;
    const RouteMap& map_;
    std::vector<Request> requests_;  // per source
    std::size_t turn_ = 0;           // first source to ask at the next grant
    int waiting_ = 0;
    std::int64_t arbitration_ = kNever;  // cycle of the next one
    int granted_ = -1;
    std::int64_t done_ = kNever;  // cycle at which the granted vector has arrived
};

}  // namespace cimarron
