// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/activity_sum.h"

#include <utility>
#include <vector>

namespace cimarron {

// Joules of an activity from the price of each of its counters, in the order of
// counter_values(). Whoever asks for the waveform sets the prices: no model of energy is here.
template <class Activity>
class EnergyMeter {
public:
    EnergyMeter() = default;
    explicit EnergyMeter(std::vector<double> joules_per_count)
        : joules_per_count_(std::move(joules_per_count)) {}

    bool priced() const { return !joules_per_count_.empty(); }
    double joules(const Activity& activity) const {
        return weighted_sum(activity, joules_per_count_.data());
    }

private:
    std::vector<double> joules_per_count_;
};

// One instance of each block, without what stands below it.
struct EventPrices {
    EnergyMeter<MacroActivity> macro;
    EnergyMeter<TileActivity> tile;
    EnergyMeter<InterconnectActivity> interconnect;
    EnergyMeter<SramBufferActivity> global_buffer;
};

}  // namespace cimarron
