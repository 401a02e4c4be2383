// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/trace/critical_path.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

// One self-check of a run (docs/architecture.md, "It checks itself").
struct Check {
    std::string name;
    bool passed = false;
    std::string detail;  // the values compared
};

// What one stage (an MVM layer with its post layers) did, over all images of the run.
struct StageResult {
    std::string name;
    int macros = 0;
    std::int64_t cycles = 0;   // from its first window to its last vector's departure (0 in a
                               // bit-true run)
    MacroCycles macro_cycles;  // summed over its macros
    AcceleratorActivity activity;
};

struct RunResult {
    int images = 0;
    int rounds = 1;  // more: weights are reloaded for each of them, in every image
    std::vector<std::vector<std::int64_t>> logits;  // per image
    std::int64_t cycles = 0;  // all images, image load included (0 in a bit-true run)
    std::vector<std::int64_t> image_cycles;  // latency of each; pipelined, they overlap
    std::int64_t load_cycles = 0;  // programming weights and coefficients, before the first image;
                                   // or filling the DRAM with them
    std::int64_t reload_cycles = 0;  // of `cycles`, loading rounds
    std::int64_t kernel_events = 0;  // SystemC process activations of this model
    std::int64_t macro_steps = 0;  // steps of the macros' controls, many of them in one activation
    // Of the last image: what its latency passed with, in order.
    std::vector<PathStep> critical_path;
    std::vector<StageResult> stages;
    AcceleratorActivity activity;  // stages, global buffer, interconnect and DRAM
    // What loading rounds took over the interconnect, apart from `activity`; the cells it wrote are
    // in the stages'.
    InterconnectActivity reloading;
    DramActivity filling;                // of the DRAM, before the first image
    std::int64_t trace_opened_at = -1;   // cycle of the waveform's first values; -1: never
    std::int64_t trace_stopped_at = -1;  // cycle after which its limit ended it
    std::vector<Check> checks;
};

}  // namespace cimarron
