// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/trace/waveform.h"

#include <functional>
#include <string>
#include <vector>

namespace cimarron {

// A block whose waveform is some of its state, looked at after each of its activations.
class StatusTrace final : public BlockTrace {
public:
    StatusTrace(Waveform& wave, std::string path) : wave_(wave), path_(std::move(path)) {}

    void add(const char* name, int width, std::function<std::int64_t()> value);
    void add_energy(std::function<double()> joules);  // energy_j

    void announce(std::int64_t cycle) { wave_.advance(cycle); }
    void changed(std::int64_t cycle) {
        if (wave_.open()) show(cycle);
    }
    void show(std::int64_t cycle) override;

private:
    struct Variable {
        int handle;
        std::function<std::int64_t()> value;
    };
    Waveform& wave_;
    const std::string path_;
    std::vector<Variable> variables_;
    int energy_ = -1;
    std::function<double()> joules_;
};

// One activation of a block, from before its first change to after its last. No trace: nothing.
class TracedActivation {
public:
    TracedActivation(StatusTrace* trace, const Clock& clock) : trace_(trace), clock_(clock) {
        if (trace_ != nullptr) trace_->announce(clock_.now());
    }
    ~TracedActivation() {
        if (trace_ != nullptr) trace_->changed(clock_.now());
    }
    TracedActivation(const TracedActivation&) = delete;
    TracedActivation& operator=(const TracedActivation&) = delete;

private:
    StatusTrace* trace_;
    const Clock& clock_;
};

}  // namespace cimarron
