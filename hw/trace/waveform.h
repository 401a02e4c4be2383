// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/trace/trace_options.h"
#include "hw/trace/vcd_writer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// What one block shows in a waveform.
class BlockTrace {
public:
    virtual ~BlockTrace() = default;
    virtual void show() = 0;  // sets every variable as it stands
};

// A waveform's window: which blocks it holds, when it opens and when it ends. Blocks set variables
// only while it is open, and show how they stand when it opens: a window slows only itself.
class Waveform {
public:
    Waveform(const WaveformOptions& options, const Clock& clock);

    bool covers(const std::string& path) const;  // at or below the scope
    int add(const std::string& path, int width) { return writer_.add(path, width); }
    int add_real(const std::string& path) { return writer_.add_real(path); }
    void keep(std::unique_ptr<BlockTrace> trace) { traces_.push_back(std::move(trace)); }
    bool empty() const { return traces_.empty(); }
    const WaveformOptions& options() const { return options_; }

    // This cycle counts as 0: the first image starts.
    void set_origin();
    // Cycle `from_cycle` is the next to begin (or, if it is 0, has just begun).
    void arrive();
    bool armed() const { return armed_; }  // waits for its trigger
    void trigger();

    bool open() const { return open_; }
    void set(int variable, std::uint64_t value) {
        if (writer_.keep(variable, value) && open_) write(variable);
    }
    void set(int variable, const Word* words) {
        if (writer_.keep(variable, words) && open_) write(variable);
    }
    void set_real(int variable, double value) {
        if (writer_.keep_real(variable, value) && open_) write(variable);
    }

    // Ends the file in the run's last cycle; without a trigger that came there is none.
    void finish();
    // Cycles since the origin, -1: it did not happen.
    std::int64_t opened_at() const { return opened_at_; }
    std::int64_t stopped_at() const { return stopped_at_; }  // after which limit_bytes ended it

private:
    std::int64_t now() const { return clock_.now() - origin_; }
    void begin(std::int64_t at);
    void write(int variable);
    void enter_cycle();

    const WaveformOptions options_;
    const Clock& clock_;
    VcdWriter writer_;
    std::vector<std::unique_ptr<BlockTrace>> traces_;
    std::int64_t origin_ = 0;
    sc_core::sc_time stamp_ = sc_core::sc_max_time();  // of the last change ...
    std::int64_t cycle_ = 0;                           // ... and its cycle, since the origin
    std::int64_t last_ = 0;                            // of the window, since the origin
    bool armed_ = false;
    bool open_ = false;
    std::int64_t opened_at_ = -1;
    std::int64_t stopped_at_ = -1;
};

}  // namespace cimarron
