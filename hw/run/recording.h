// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/accelerator.h"
#include "hw/run/run_result.h"
#include "hw/tile/tile_timeline.h"
#include "hw/trace/waveform.h"

#include <deque>
#include <optional>

namespace cimarron {

// The traces that a run was asked for, wired to the chip's blocks.
class Recording {
public:
    Recording(const TraceOptions& options, const Program& program, Accelerator& accelerator,
              const Clock& clock);

    // A run that fails leaves its waveform too.
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    void run();  // the simulation, to its end
    void first_image_begins();
    void finish(RunResult& result);

private:
    void finish_timeline(const RunResult& result);
    void record_timeline(const Program& program, Accelerator& accelerator);
    void arm(const Trigger& trigger, const Program& program, Accelerator& accelerator);

    const Clock& clock_;
    std::optional<Waveform> wave_;
    std::optional<Timeline> timeline_;
    Timeline::Track images_ = 0;
    std::int64_t origin_ = 0;
    std::deque<LayerTimeline> layers_;
    std::deque<TileTimeline> tiles_;
    std::deque<MacroTimeline> macros_;
    bool before_window_ = false;
    bool finished_ = false;
};

}  // namespace cimarron
