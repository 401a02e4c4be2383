// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/energy_meter.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace cimarron {

// What opens a waveform's window.
struct Trigger {
    enum class On { clipped_code, mvm };
    On on = On::clipped_code;  // of a macro in the scope
    std::string layer;         // mvm: the layer ...
    std::int64_t mvm = 0;      // ... and its window, counted from 0 over all images
};

// A waveform (VCD). Cycles are those of the chip's clock since the first image started loading.
struct WaveformOptions {
    std::filesystem::path file;
    std::string scope;  // instance path, e.g. accelerator.tile_0.macro_2, with all below it
    std::int64_t from_cycle = 0;
    std::int64_t to_cycle = 0;       // the last one
    std::int64_t limit_bytes = 0;    // of the file; 0: none
    std::optional<Trigger> trigger;  // the window opens with the first one from from_cycle on
    std::int64_t length = 0;         // of a triggered window, in cycles, instead of to_cycle
    EventPrices prices;              // for energy_j; without prices there is none
};

// What a run leaves besides its result.
struct TraceOptions {
    std::optional<WaveformOptions> waveform;
    std::filesystem::path timeline;  // transactions, as JSON (timeline.h); empty: none
};

}  // namespace cimarron
