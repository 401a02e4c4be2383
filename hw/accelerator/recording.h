// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/accelerator.h"
#include "hw/accelerator/run_result.h"
#include "hw/trace/waveform.h"

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

    void first_image_begins();
    void finish(RunResult& result);

private:
    void arm(const Trigger& trigger, const Program& program, Accelerator& accelerator);

    const Clock& clock_;
    std::optional<Waveform> wave_;
    bool finished_ = false;
};

}  // namespace cimarron
