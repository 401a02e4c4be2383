// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/waveform.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

Waveform::Waveform(const WaveformOptions& options, std::int64_t period_ps)
    : options_(options), writer_(options.file, period_ps), last_(options.to_cycle) {}

bool Waveform::covers(const std::string& path) const {
    return path == options_.scope || path.rfind(options_.scope + '.', 0) == 0;
}

void Waveform::set_origin(std::int64_t cycle) {
    origin_ = cycle;
    next_ = cycle + options_.from_cycle;
}

// Nothing has changed since the last activation, so that what is shown now also stood at the
// window's first cycle.
void Waveform::step(std::int64_t cycle) {
    const std::int64_t at = cycle - origin_;
    if (opened_at_ < 0 && options_.trigger) {
        armed_ = true;
        next_ = kNever;
        return;
    }
    if (opened_at_ < 0) begin(options_.from_cycle);
    const bool full = options_.limit_bytes > 0 && writer_.bytes() >= options_.limit_bytes;
    if (open_ && full && at > writer_.written_cycle()) {
        writer_.comment(
            fmt::format("stopped: the limit of {} bytes is reached", options_.limit_bytes));
        stopped_at_ = writer_.written_cycle();
    }
    if (at > last_ || stopped_at_ >= 0) {
        open_ = false;
        next_ = kNever;
    } else {
        next_ = options_.limit_bytes > 0 ? cycle : origin_ + last_ + 1;
    }
}

void Waveform::trigger(std::int64_t cycle) {
    armed_ = false;
    last_ = cycle - origin_ + options_.length;
    begin(cycle - origin_);
    next_ = cycle;
}

void Waveform::begin(std::int64_t at) {
    for (const auto& trace : traces_) trace->show(origin_ + at);
    writer_.begin(at);
    opened_at_ = at;
    open_ = true;
}

void Waveform::finish(std::int64_t cycle) {
    if (opened_at_ < 0 && options_.trigger) return;
    if (opened_at_ < 0) begin(options_.from_cycle);
    const std::int64_t end = std::min(last_, std::max(opened_at_, cycle - origin_));
    writer_.finish(stopped_at_ >= 0 ? stopped_at_ : end);
}

}  // namespace cimarron
