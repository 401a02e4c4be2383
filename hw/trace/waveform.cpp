// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/waveform.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

Waveform::Waveform(const WaveformOptions& options, const Clock& clock)
    : options_(options),
      clock_(clock),
      writer_(options.file, clock.period_ps()),
      last_(options.to_cycle) {}

bool Waveform::covers(const std::string& path) const {
    return path == options_.scope || path.rfind(options_.scope + '.', 0) == 0;
}

void Waveform::set_origin() {
    origin_ = clock_.now();
    if (options_.from_cycle == 0) arrive();
}

void Waveform::arrive() {
    if (options_.trigger)
        armed_ = true;
    else
        begin(options_.from_cycle);
}

void Waveform::trigger() {
    if (!armed_) return;
    armed_ = false;
    last_ = now() + options_.length;
    begin(now());
}

void Waveform::begin(std::int64_t at) {
    for (const auto& trace : traces_) trace->show();
    writer_.begin(at);
    opened_at_ = at;
    open_ = true;
}

void Waveform::write(int variable) {
    if (sc_core::sc_time_stamp() != stamp_) enter_cycle();
    if (open_) writer_.write(variable, cycle_);
}

// The first change beyond the window's end, or of a cycle after the one that reached the limit,
// closes it.
void Waveform::enter_cycle() {
    stamp_ = sc_core::sc_time_stamp();
    cycle_ = now();
    if (options_.limit_bytes > 0 && writer_.bytes() >= options_.limit_bytes &&
        cycle_ > writer_.written_cycle()) {
        writer_.comment(
            fmt::format("stopped: the limit of {} bytes is reached", options_.limit_bytes));
        stopped_at_ = writer_.written_cycle();
    }
    open_ = cycle_ <= last_ && stopped_at_ < 0;
}

void Waveform::finish() {
    if (opened_at_ < 0 && options_.trigger) return;
    if (opened_at_ < 0) begin(options_.from_cycle);
    const std::int64_t end = std::min(last_, std::max(opened_at_, now()));
    writer_.finish(stopped_at_ >= 0 ? stopped_at_ : end);
}

}  // namespace cimarron
