// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/quantity.h"
#include "hw/chip/accelerator.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

#include <string>
#include <vector>

namespace cimarron {

// Whole cycles of the analog steps: max(1, ceil(latency / clock period)).
struct DerivedTiming {
    int drive_cycles = 1;
    int settle_cycles = 1;
    int sample_cycles = 1;
    int conversion_cycles = 1;
    int write_cycles = 1;     // one row
    int pipeline_cycles = 1;  // of a digital macro, which has no analog steps
};

// The cycle counts a configuration's `auto` stands for. Uses the geometry of `params` and its clock
// period, not the analog cycle counts in it. Throws what check_digital_timing throws.
DerivedTiming derive_timing(const AcceleratorParams& params, const Technology& technology,
                            const Device& device);

// The same for a macro alone, which has no digital path to check.
DerivedTiming derive_macro_timing(const MacroParams& macro, Seconds clock_period,
                                  const Technology& technology, const Device& device);

// Writes all of them into the macro's parameters.
void apply(const DerivedTiming& timing, MacroParams& macro);

// What a block needs, and the whole cycles it has.
struct TimingPath {
    std::string name;  // the component, with its step where it has several
    Seconds latency;
    int cycles = 1;

    int needed(Seconds clock_period) const;
};

// Analog steps, and writing, take the cycles they need, or those that the configuration gives them:
// fewer are believed, as a macro may have faster parts than these.
std::vector<TimingPath> analog_paths(const MacroParams& macro, const Technology& technology,
                                     const Device& device);
// Digital ones must fit the cycles they have.
std::vector<TimingPath> digital_paths(const AcceleratorParams& params,
                                      const Technology& technology);

// UserError naming the first digital path that does not fit its cycles at this clock: shift-adder
// or the trees of a digital macro, adder tree, window sum, post-processing, or a buffer.
void check_digital_timing(const AcceleratorParams& params, const Technology& technology);

}  // namespace cimarron
