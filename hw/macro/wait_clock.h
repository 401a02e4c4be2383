// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"

#include <array>
#include <cstdint>

namespace cimarron {

// What the macros of a tile wait for, as the tile sees it: so many cycles up to now with each
// cause. A macro takes the difference over its own wait, so that a change of cause costs nothing
// per macro.
class WaitClock {
public:
    using Cause = std::int64_t MacroCycles::*;

    explicit WaitClock(Cause cause) : cause_(cause) {}
    void set(Cause cause, std::int64_t now) {
        if (cause == cause_) return;
        cycles_.*cause_ += now - since_;
        cause_ = cause;
        since_ = now;
    }
    MacroCycles until(std::int64_t now) const {
        MacroCycles cycles = cycles_;
        cycles.*cause_ += now - since_;
        return cycles;
    }

private:
    MacroCycles cycles_;
    Cause cause_;
    std::int64_t since_ = 0;
};

// The two waits of a macro that have several causes.
struct MacroWaits {
    WaitClock idle{&MacroCycles::wait_dependency};      // the next window's input is not there
    WaitClock results{&MacroCycles::wait_accumulator};  // its results are not taken
};

}  // namespace cimarron
