// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/trace/trace_options.h"
#include "hw/trace/vcd_writer.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// What one block shows in a waveform.
class BlockTrace {
public:
    virtual ~BlockTrace() = default;
    virtual void show(std::int64_t cycle) = 0;  // sets every variable as it stands
};

// A waveform's window: which blocks it holds, when it opens and when it ends. While it is closed
// traced blocks only announce their cycles, and when it opens they show how they stand: a window
// slows only itself.
class Waveform {
public:
    Waveform(const WaveformOptions& options, std::int64_t period_ps);

    bool covers(const std::string& path) const;  // at or below the scope
    int add(const std::string& path, int width) { return writer_.add(path, width); }
    int add_real(const std::string& path) { return writer_.add_real(path); }
    void keep(std::unique_ptr<BlockTrace> trace) { traces_.push_back(std::move(trace)); }
    bool empty() const { return traces_.empty(); }
    const WaveformOptions& options() const { return options_; }

    // Cycle that counts as 0: when the first image starts.
    void set_origin(std::int64_t cycle);
    // Every traced block calls it at each of its activations, before anything changes.
    void advance(std::int64_t cycle) {
        if (cycle >= next_) step(cycle);
    }
    bool armed() const { return armed_; }  // waits for its trigger
    void trigger(std::int64_t cycle);

    bool open() const { return open_; }
    void set(int variable, std::uint64_t value, std::int64_t cycle) {
        writer_.set(variable, value, cycle - origin_);
    }
    void set(int variable, const Word* words, std::int64_t cycle) {
        writer_.set(variable, words, cycle - origin_);
    }
    void set_real(int variable, double value, std::int64_t cycle) {
        writer_.set_real(variable, value, cycle - origin_);
    }

    // Ends the file; without a trigger that came there is none. `cycle`: the run's last.
    void finish(std::int64_t cycle);
    // Cycles since the origin, -1: it did not happen.
    std::int64_t opened_at() const { return opened_at_; }
    std::int64_t stopped_at() const { return stopped_at_; }  // after which limit_bytes ended it

private:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    void step(std::int64_t cycle);
    void begin(std::int64_t at);

    const WaveformOptions options_;
    VcdWriter writer_;
    std::vector<std::unique_ptr<BlockTrace>> traces_;
    std::int64_t origin_ = 0;
    std::int64_t next_ = kNever;  // cycle of the next thing to do
    std::int64_t last_ = 0;       // of the window, since the origin
    bool armed_ = false;
    bool open_ = false;
    std::int64_t opened_at_ = -1;
    std::int64_t stopped_at_ = -1;
};

}  // namespace cimarron
