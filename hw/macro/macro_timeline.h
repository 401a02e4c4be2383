// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/cycle_ledger.h"
#include "hw/trace/timeline.h"

#include <string>

namespace cimarron {

// A macro's track: its MVMs, with what their cycles were booked to, and its stalls by name. Slice
// by slice what CycleLedger adds up.
class MacroTimeline {
public:
    MacroTimeline(Timeline& timeline, const std::string& group, const std::string& name)
        : timeline_(timeline), track_(timeline.track(group, name)) {}

    void start(std::int64_t now);  // of the measured run, or of another round
    void stop(std::int64_t now);
    void booked(CycleLedger::State state, std::int64_t now);

private:
    void end_interval(std::int64_t now);
    void end_mvm(std::int64_t now);

    Timeline& timeline_;
    const Timeline::Track track_;
    bool running_ = false;
    CycleLedger::State state_ = &MacroCycles::wait_dependency;
    std::int64_t since_ = 0;
    std::int64_t mvm_since_ = -1;
    std::int64_t mvms_ = 0;
    MacroCycles of_mvm_;
};

}  // namespace cimarron
