// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/adc.h"
#include "hw/chip/array.h"
#include "hw/chip/column_mux.h"
#include "hw/chip/non_idealities.h"
#include "hw/chip/sample_and_hold.h"
#include "hw/chip/shift_adder.h"
#include "hw/chip/word_line_driver.h"

#include <cstdint>

namespace cimarron {

// What a digital block is: the SystemC model, or the RTL of hw/rtl run in its place and compared
// with the model at every clock edge.
enum class Implementation { model, rtl };

// analog: columns add currents or charge, ADCs convert them. digital: SRAM cells, a gate at each,
// and a pipelined adder tree below each column: exact, one input bit of a row group a cycle.
enum class MacroKind { analog, digital };

struct AdderTreeParams {
    int pipeline_cycles = 1;  // multiply, add, accumulate
};

struct MacroParams {
    MacroKind kind = MacroKind::analog;
    Implementation implementation = Implementation::model;
    ArrayParams array;
    WordLineDriverParams word_line_driver;
    SampleAndHoldParams sample_and_hold;
    AdcParams adc;
    ShiftAdderParams shift_adder;
    AdderTreeParams adder_tree;    // digital only
    NonIdealities non_idealities;  // none

    int adcs() const { return (array.columns + adc.columns_per_adc - 1) / adc.columns_per_adc; }
    // Largest column count of one evaluation, in cell units.
    int column_range() const { return array.rows_active * ((1 << word_line_driver.dac_bits) - 1); }
};

// Levels that combine the bit columns of an 8-bit weight two by two.
constexpr int kCombineCycles = 3;

// A digital macro takes the steps of an analog one: word lines are up and settled at once, each
// column has a converter that takes one cycle and loses nothing, and the last sums come out of the
// pipeline and are combined while the shift-adders finish. Writes the parameters of those steps.
void set_digital_steps(MacroParams& params);

// Throws UserError naming the field.
void validate(const MacroParams& params);

// Bits of an ADC with unit LSB that never clips.
int lossless_adc_bits(const MacroParams& params);
// What `bits: auto` stands for: lossless, or the one bit of a sense amplifier.
int auto_adc_bits(const MacroParams& params);

// Every cycle of a macro is exactly one of these.
struct MacroCycles {
    std::int64_t converting = 0;    // ADCs busy
    std::int64_t evaluating = 0;    // word lines driven, settling or sampled, ADCs idle
    std::int64_t accumulating = 0;  // the last shift-add
    // Stalls.
    std::int64_t wait_input = 0;          // the tile is fetching the next window
    std::int64_t wait_accumulator = 0;    // results wait while others are post-processed
    std::int64_t wait_output_buffer = 0;  // results wait: it is full, and so are the readers
    std::int64_t wait_network = 0;     // results wait: the output buffer is full, the interconnect
                                       // busy; or what the next window lacks is on its way
    std::int64_t wait_dependency = 0;  // what the next window lacks is not made yet
    // Reloading.
    std::int64_t programming = 0;  // a row of weights is written
    std::int64_t wait_dram = 0;    // stall: its next row of weights is not there yet

    std::int64_t total() const {
        return converting + evaluating + accumulating + wait_input + wait_accumulator +
               wait_output_buffer + wait_network + wait_dependency + programming + wait_dram;
    }
};

struct MacroActivity {
    ArrayActivity array;
    WordLineDriverActivity word_line_driver;
    SampleAndHoldActivity sample_and_hold;
    ColumnMuxActivity column_mux;
    AdcActivity adc;
    ShiftAdderActivity shift_adder;
    std::int64_t mvms = 0;
    std::int64_t control_steps = 0;  // FSM steps: evaluations and mux positions
    std::int64_t cell_operations =
        0;  // cells with weights in every evaluation (1-bit weight, one slice)
};

}  // namespace cimarron
