// SPDX-License-Identifier: Apache-2.0
#include "hw/run/recording.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

Recording::Recording(const TraceOptions& options, const Program& program, Accelerator& accelerator,
                     const Clock& clock)
    : clock_(clock) {
    if (!options.timeline.empty()) {
        timeline_.emplace(options.timeline, clock.period_ps());
        record_timeline(program, accelerator);
    }
    if (!options.waveform) return;
    wave_.emplace(*options.waveform, clock);
    accelerator.record(*wave_);
    const auto& trigger = options.waveform->trigger;
    if (trigger && trigger->on == Trigger::On::mvm) arm(*trigger, program, accelerator);
}

void Recording::record_timeline(const Program& program, Accelerator& accelerator) {
    images_ = timeline_->track("host", "images");
    for (const Stage& stage : program.stages) layers_.emplace_back(*timeline_, stage.mvm.name);
    auto tile = accelerator.tiles().begin();
    for (std::size_t s = 0; s < program.stages.size(); ++s)
        for (std::size_t t = 0; t < program.stages[s].tiles.size(); ++t, ++tile) {
            const std::string group = (*tile)->basename();
            (*tile)->pipeline().observe(tiles_.emplace_back(*timeline_, group, layers_[s]));
            for (int m = 0; m < (*tile)->macros(); ++m)
                (*tile)->macro(m).record(
                    macros_.emplace_back(*timeline_, group, (*tile)->macro(m).basename()));
        }
}

// The index-th window of a tile and image i is done by its copy index mod c, as that copy's
// (windows of a copy * i + index div c)-th product.
void Recording::arm(const Trigger& trigger, const Program& program, Accelerator& accelerator) {
    std::size_t tile = 0;
    std::string layers;
    for (const Stage& stage : program.stages) {
        if (stage.mvm.name == trigger.layer) {
            const std::int64_t image = trigger.mvm / stage.mvm.output.pixels();
            const auto window = static_cast<int>(trigger.mvm % stage.mvm.output.pixels());
            const int y = window / stage.mvm.output.width;
            const auto owner =
                std::find_if(stage.tiles.begin(), stage.tiles.end(), [&](const TilePlacement& t) {
                    const Band band(stage.mvm, t);
                    return band.computes(y) && band.sends(y);
                });
            tile += static_cast<std::size_t>(owner - stage.tiles.begin());
            const TilePlacement& placement = *owner;
            const Band band(stage.mvm, placement);
            const int index =
                band.index(y) * stage.mvm.output.width + window % stage.mvm.output.width;
            const std::int64_t copies = placement.copies;
            const std::int64_t copy = index % copies;
            const std::int64_t of_copy = (band.windows() - copy + copies - 1) / copies;
            std::int64_t left = image * of_copy + index / copies;
            Macro& macro = accelerator.tiles()[tile]->macro(
                static_cast<int>(copy) * static_cast<int>(placement.macros.size()));
            macro.on_mvm = [this, left](const std::uint8_t*, int) mutable {
                if (left-- == 0) wave_->trigger();
            };
            return;
        }
        tile += stage.tiles.size();
        layers += (layers.empty() ? "" : ", ") + stage.mvm.name;
    }
    throw UserError(
        fmt::format("trigger mvm: there is no layer {}; the layers are {}", trigger.layer, layers));
}

Recording::~Recording() {
    if (!wave_ || finished_) return;
    try {
        wave_->finish();
    } catch (const UserError&) {  // what ended the run is told already
    }
}

// A window opens half a cycle early, when nothing has changed yet that it shows. Not by an event,
// which would keep alive a run that is over or stuck.
void Recording::run() {
    sc_core::sc_start();
    if (!before_window_) return;
    const sc_core::sc_time half =
        sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(clock_.period_ps() / 2));
    sc_core::sc_start(clock_.cycles(wave_->options().from_cycle) - half,
                      sc_core::SC_EXIT_ON_STARVATION);
    if (!sc_core::sc_pending_activity()) return;
    wave_->arrive();
    sc_core::sc_start();
}

void Recording::first_image_begins() {
    origin_ = clock_.now();
    if (timeline_) timeline_->set_origin(origin_);
    if (!wave_) return;
    wave_->set_origin();
    if (wave_->options().from_cycle == 0) return;
    before_window_ = true;
    sc_core::sc_pause();
}

void Recording::finish(RunResult& result) {
    if (timeline_) finish_timeline(result);
    if (!wave_) return;
    finished_ = true;
    wave_->finish();
    result.trace_opened_at = wave_->opened_at();
    result.trace_stopped_at = wave_->stopped_at();
}

void Recording::finish_timeline(const RunResult& result) {
    for (MacroTimeline& macro : macros_) macro.stop(clock_.now());
    std::int64_t begin = origin_;
    for (std::size_t i = 0; i < result.image_cycles.size(); ++i) {
        const std::int64_t end = begin + result.image_cycles[i];
        timeline_->slice(images_, fmt::format("image {}", i), begin, end);
        begin = end;
    }
    timeline_->finish();
}

}  // namespace cimarron
