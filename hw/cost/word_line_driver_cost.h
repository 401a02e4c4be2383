// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

namespace cimarron {

// All word-line drivers of one macro: tapered buffers sized for the line's capacitance, a DAC each
// above one bit, and the level shifter a device needs to write. An active line costs
// (1 + own stages) C V^2 plus a DAC conversion; a drive switches the enable gates of a row group.
ComponentCost word_line_driver_cost(const MacroParams& params, const Technology& technology,
                                    const Device& device);
ComponentCount word_line_driver_count(const WordLineDriverActivity& activity);

// Stages of a tapered buffer chain that drives as many NAND2 inputs, at least one.
double buffer_stages(double fan_out, const Technology& technology);
// Buffer stages, then the line's distributed RC.
Seconds drive_time(const MacroParams& params, const Technology& technology, const Device& device);

}  // namespace cimarron
