// SPDX-License-Identifier: Apache-2.0
#include "hw/chip/macro.h"

#include "common/bits.h"
#include "common/error.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

void require(int value, int low, int high, const char* field) {
    if (value < low || value > high)
        throw UserError(fmt::format("{}: {} is outside {}..{}", field, value, low, high));
}

}  // namespace

void validate(const MacroParams& p) {
    require(p.array.rows, 1, 4096, "macro.array.rows");
    require(p.array.columns, 1, 4096, "macro.array.columns");
    require(p.array.rows_active, 1, p.array.rows, "macro.array.rows_active");
    if (p.kind == MacroKind::digital) {
        require(p.adder_tree.pipeline_cycles, 1, 1 << 20, "macro.adder_tree.pipeline_cycles");
        if (p.array.rows % p.array.rows_active != 0)
            throw UserError(
                fmt::format("macro.array.rows_active: {} rows share adder trees, {} is "
                            "no multiple of it",
                            p.array.rows_active, p.array.rows));
        if (p.implementation == Implementation::rtl)
            throw UserError(
                "macro.implementation: rtl is of analog macros; a digital one is model");
    }
    require(p.word_line_driver.dac_bits, 1, 8, "macro.word_line_driver.dac_bits");
    require(p.word_line_driver.drive_cycles, 0, 1 << 20, "macro.word_line_driver.drive_cycles");
    require(p.word_line_driver.settle_cycles, 0, 1 << 20, "macro.word_line_driver.settle_cycles");
    require(p.sample_and_hold.sample_cycles, 0, 1 << 20, "macro.sample_and_hold.sample_cycles");
    require(p.adc.bits, 1, 16, "macro.adc.bits");
    if (p.adc.type == AdcType::sense_amplifier && p.adc.bits != 1)
        throw UserError(fmt::format("macro.adc.bits: is {}, a sense amplifier has 1", p.adc.bits));
    require(p.adc.columns_per_adc, 1, p.array.columns, "macro.adc.columns_per_adc");
    require(p.adc.conversion_cycles, 1, 1 << 20, "macro.adc.conversion_cycles");
    require(p.shift_adder.accumulator_bits, 8, 31, "macro.shift_adder.accumulator_bits");
    require(p.shift_adder.add_cycles, 0, 1 << 20, "macro.shift_adder.add_cycles");
}

void set_digital_steps(MacroParams& p) {
    p.word_line_driver = {1, 0, 0};
    p.sample_and_hold = {true, 0};
    p.adc = {AdcType::flash, lossless_adc_bits(p), FullScale::unit_lsb, 1, 1};
    p.shift_adder.add_cycles = p.adder_tree.pipeline_cycles - 1 + kCombineCycles;
}

int auto_adc_bits(const MacroParams& params) {
    return params.adc.type == AdcType::sense_amplifier ? 1 : lossless_adc_bits(params);
}

int lossless_adc_bits(const MacroParams& params) {
    return bits_for(static_cast<std::uint64_t>(params.column_range()));
}

}  // namespace cimarron
