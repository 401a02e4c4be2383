// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/array.h"
#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Side of a square cell with its share of the array's overhead, in um.
double cell_pitch_um(const Technology& technology, const Device& device);
// One line: its cells and its wire, in fF.
double word_line_capacitance_ff(const ArrayParams& params, const Technology& technology,
                                const Device& device);
double bit_line_capacitance_ff(const ArrayParams& params, const Technology& technology,
                               const Device& device);

// How long the cells of a row group conduct in one evaluation: settling and sampling, or, without
// sample-and-hold, until the last conversion.
Seconds read_time(const MacroParams& params, Seconds clock_period);

// One array of cells with its bit lines and the write drivers of bit and source lines.
// A full DAC code conducts for the whole read time, a unit for 1 / (2^dac_bits - 1) of it:
//   rram, fefet, pcm: V V_read / R per unit and state, C_bit_line V V_read per column read, where V
//   is the supply that feeds the clamp, or V_read where that is higher;
//   sram: C_bit_line V_supply swing / column range per unit on a cell holding 1, the precharge
//   switch per column read;
//   charge: C_cell V_supply^2 per unit on a cell holding 1, C_bit_line V_supply swing per column
//   read.
ComponentCost array_cost(const MacroParams& params, Seconds clock_period,
                         const Technology& technology, const Device& device);
ComponentCount array_count(const ArrayActivity& activity);

// Bit line wire to half an LSB, then the time the cells need to swing it.
Seconds settle_time(const MacroParams& params, const Technology& technology, const Device& device);

}  // namespace cimarron
