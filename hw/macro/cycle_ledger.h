// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/wait_clock.h"

namespace cimarron {

// Books every cycle of a macro to exactly one member of MacroCycles: those of a state with a clock
// to what the clock says.
class CycleLedger {
public:
    using State = std::int64_t MacroCycles::*;

    void start(std::int64_t now) {
        running_ = true;
        since_ = now;
        if (clock_ != nullptr) at_entry_ = clock_->until(now);
    }
    // Until the next start() no cycle counts.
    void stop(std::int64_t now) {
        enter(state_, now, clock_);
        running_ = false;
    }
    void enter(State state, std::int64_t now, const WaitClock* clock = nullptr) {
        if (running_) leave(now);
        since_ = now;
        state_ = state;
        clock_ = clock;
        if (clock_ != nullptr) at_entry_ = clock_->until(now);
    }
    // The books up to now.
    MacroCycles close(std::int64_t now) {
        enter(state_, now, clock_);
        return cycles_;
    }
    void lose_one() { ++since_; }  // Fault::lose_cycle

private:
    void leave(std::int64_t now) {
        if (clock_ == nullptr) {
            cycles_.*state_ += now - since_;
            return;
        }
        const MacroCycles until = clock_->until(now);
        for (const State cause : kWaits) cycles_.*cause += until.*cause - at_entry_.*cause;
    }
    static constexpr State kWaits[] = {&MacroCycles::wait_accumulator,
                                       &MacroCycles::wait_output_buffer, &MacroCycles::wait_network,
                                       &MacroCycles::wait_dependency};

    bool running_ = false;
    std::int64_t since_ = 0;
    State state_ = &MacroCycles::wait_dependency;
    const WaitClock* clock_ = nullptr;
    MacroCycles at_entry_;  // of the clock
    MacroCycles cycles_;
};

}  // namespace cimarron
