// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/macro_params.h"

namespace cimarron {

// Books every cycle of a macro to exactly one member of MacroCycles.
class CycleLedger {
public:
    using State = std::int64_t MacroCycles::*;

    void start(std::int64_t now) {
        running_ = true;
        since_ = now;
        cycles_ = {};
    }
    void enter(State state, std::int64_t now) {
        if (running_) cycles_.*state_ += now - since_;
        since_ = now;
        state_ = state;
    }
    // The books up to now.
    MacroCycles close(std::int64_t now) {
        enter(state_, now);
        return cycles_;
    }
    void lose_one() { ++since_; }  // Fault::lose_cycle

private:
    bool running_ = false;
    std::int64_t since_ = 0;
    State state_ = &MacroCycles::wait_dependency;
    MacroCycles cycles_;
};

}  // namespace cimarron
