// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>

namespace cimarron {

// The chip's clock as arithmetic: nothing toggles. The only place that makes durations, by integer
// multiplication of picoseconds.
class Clock {
public:
    explicit Clock(std::int64_t period_ps) : period_ps_(period_ps) {}

    sc_core::sc_time cycles(std::int64_t n) const {
        return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(n * period_ps_));
    }
    // Whole cycles since time 0; every event of the model falls on one.
    std::int64_t now() const {
        return static_cast<std::int64_t>(sc_core::sc_time_stamp().value()) / period_ps_;
    }
    // From `later` than now until the next cycle begins; none when one begins then. For what comes
    // from outside the model.
    sc_core::sc_time until_next(const sc_core::sc_time& later = sc_core::SC_ZERO_TIME) const {
        const auto period = static_cast<sc_dt::uint64>(period_ps_);
        const sc_dt::uint64 past = (sc_core::sc_time_stamp() + later).value() % period;
        return sc_core::sc_time::from_value(past == 0 ? 0 : period - past);
    }
    std::int64_t count(const sc_core::sc_time& duration) const {
        return static_cast<std::int64_t>(duration.value()) / period_ps_;
    }
    std::int64_t period_ps() const { return period_ps_; }

private:
    std::int64_t period_ps_;
};

}  // namespace cimarron
