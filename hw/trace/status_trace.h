// SPDX-License-Identifier: Apache-2.0
#pragma once

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

    void changed() {
        if (wave_.open()) show();
    }
    void show() override;

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

// One activation of a block: its end shows what changed. No trace: nothing.
class TracedActivation {
public:
    explicit TracedActivation(StatusTrace* trace) : trace_(trace) {}
    ~TracedActivation() {
        if (trace_ != nullptr) trace_->changed();
    }
    TracedActivation(const TracedActivation&) = delete;
    TracedActivation& operator=(const TracedActivation&) = delete;

private:
    StatusTrace* trace_;
};

}  // namespace cimarron
