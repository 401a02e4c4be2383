// SPDX-License-Identifier: Apache-2.0
// What the global buffer says of itself: to waveforms, to the report of a stuck run.
#include "hw/memory/global_buffer.h"

#include <fmt/format.h>

namespace cimarron {

std::string GlobalBuffer::waiting_for() const {
    if (no_room_)
        return fmt::format("{} for room for row {} of image {} in its readers", name(), row_,
                           image());
    if (awaits_dram_)
        return fmt::format("{} for row {} of tensor {} from DRAM", name(), row_,
                           outgoing_.front().tensor);
    if (!outgoing_.empty())
        return fmt::format("{} for the interconnect to take row {} of tensor {}", name(), row_,
                           outgoing_.front().tensor);
    if (const std::string kept = kept_.waiting_for(); !kept.empty())
        return fmt::format("{} {}", name(), kept);
    if (computing())
        return fmt::format("{} for the logits of image {}", name(), store_.counts().done);
    return {};
}

void GlobalBuffer::record(Waveform& wave) {
    auto trace = std::make_unique<StatusTrace>(wave, name());
    trace_ = trace.get();
    trace_->add("state", 2, [this] { return no_room_ ? 2 : outgoing_.empty() ? 0 : 1; });
    trace_->add("row", 16, [this] { return row_; });
    const auto images = [this](const char* what, const std::int64_t& count) {
        trace_->add(what, 32, [&count] { return count; });
    };
    const ImageStore::Counts& counts = store_.counts();
    images("written", counts.written), images("started", counts.started);
    images("sent", counts.sent), images("done", counts.done), images("read", counts.read);
    const auto& meter = wave.options().prices.global_buffer;
    if (meter.priced()) trace_->add_energy([this, &meter] { return meter.joules(activity()); });
    wave.keep(std::move(trace));
}

}  // namespace cimarron
