// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "hw/chip/macro.h"
#include "sim/config/tile_keys.h"

namespace cimarron {

constexpr Range<int> kCycles{1, 1 << 20};
constexpr Range<int> kCyclesOrNone{0, 1 << 20};

template <class Keys, class Config>
void describe_array(Keys& f, Config& config) {
    auto& array = config.params.macro.array;
    f.value({"rows", "cells", "word lines of one array", "128"}, array.rows, Range<int>{1, 4096});
    f.value({"columns", "cells", "bit lines of one array", "128"}, array.columns,
            Range<int>{1, 4096});
    f.value({"rows_active", "",
             "word lines driven at once, a row group, at most rows; digital: the inputs of a tree, "
             "a divisor of rows",
             "128"},
            array.rows_active, Range<int>{1, 4096});
    f.automatic(
        {"write_cycles", "cycles", "to program one row; auto: the device's write time", "auto"},
        array.write_cycles, config.derive.write_cycles, kCycles);
}

template <class Keys, class Config>
void describe_word_lines(Keys& f, Config& config) {
    auto& driver = config.params.macro.word_line_driver;
    f.value({"dac_bits", "bits", "of an input slice", "1"}, driver.dac_bits, Range<int>{1, 8});
    f.automatic({"drive_cycles", "cycles", "from input register to word line", "auto"},
                driver.drive_cycles, config.derive.drive_cycles, kCyclesOrNone);
    f.automatic({"settle_cycles", "cycles", "from word line to stable column", "auto"},
                driver.settle_cycles, config.derive.settle_cycles, kCyclesOrNone);
}

template <class Keys, class Config>
void describe_sample_and_hold(Keys& f, Config& config) {
    auto& hold = config.params.macro.sample_and_hold;
    f.value({"present", "", "with it the next slice settles while this one converts", "true"},
            hold.present);
    f.automatic({"sample_cycles", "cycles", "to sample all columns", "auto"}, hold.sample_cycles,
                config.derive.sample_cycles, kCyclesOrNone);
}

template <class Keys, class Config>
void describe_adc(Keys& f, Config& config) {
    const Names<AdcType> types = {{"sar", AdcType::sar},
                                  {"cyclic", AdcType::cyclic},
                                  {"flash", AdcType::flash},
                                  {"ramp", AdcType::ramp},
                                  {"sense_amplifier", AdcType::sense_amplifier}};
    const Names<FullScale> scales = {{"unit_lsb", FullScale::unit_lsb},
                                     {"rows", FullScale::rows},
                                     {"calibrated", FullScale::calibrated},
                                     {"learned", FullScale::learned}};
    auto& adc = config.params.macro.adc;
    f.choice({"type", "",
              "comparisons one after another: bits, bits, 1, 2^bits, 1; a sense amplifier has one "
              "bit",
              "sar"},
             adc.type, types);
    f.automatic(
        {"bits", "bits",
         "of a code; auto: the fewest that never clip, for rows_active and dac_bits", "auto"},
        adc.bits, config.derive.adc_bits, Range<int>{1, 16});
    f.choice({"full_scale", "",
              "one code per cell unit, clipping above; the codes spread over all active rows; each "
              "layer's own range, measured; or as the network learned it",
              "unit_lsb"},
             adc.full_scale, scales);
    f.value({"columns_per_adc", "", "columns that share one ADC, at most columns", "8"},
            adc.columns_per_adc, Range<int>{1, 4096});
    f.automatic({"conversion_cycles", "cycles", "of one conversion", "auto"}, adc.conversion_cycles,
                config.derive.conversion_cycles, kCycles);
}

// All but its kind and implementation, which a macro that stands alone has not.
template <class Keys, class Config>
void describe_macro_blocks(Keys& f, Config& config) {
    auto& macro = config.params.macro;
    const bool digital = macro.kind == MacroKind::digital;
    f.child({"array", "", "the cells", ""}, [&](auto& a) { describe_array(a, config); });
    f.only("kind", "analog", !digital, [&] {
        f.child({"word_line_driver", "", "puts the input bits on the rows", ""},
                [&](auto& d) { describe_word_lines(d, config); });
        f.child({"sample_and_hold", "", "of each column", ""},
                [&](auto& s) { describe_sample_and_hold(s, config); });
        f.child({"adc", "", "converts the columns", ""}, [&](auto& a) { describe_adc(a, config); });
    });
    f.only("kind", "digital", digital, [&] {
        f.child({"adder_tree", "", "below each column", ""}, [&](auto& t) {
            t.automatic(
                {"pipeline_cycles", "cycles",
                 "multiply, add, accumulate; one input bit of a row group enters each cycle",
                 "auto"},
                macro.adder_tree.pipeline_cycles, config.derive.pipeline_cycles, kCycles);
        });
    });
    f.child({"shift_adder", "", "adds the slices, each by its weight", ""}, [&](auto& s) {
        s.value(
            {"accumulator_bits", "bits", "partial sum register; must hold the largest sum", "24"},
            macro.shift_adder.accumulator_bits, Range<int>{8, 31});
        s.only("kind", "analog", !digital, [&] {
            s.value({"add_cycles", "cycles", "of one shift-and-add", "1"},
                    macro.shift_adder.add_cycles, kCyclesOrNone);
        });
    });
}

template <class Keys, class Config>
void describe_macro(Keys& f, Config& config) {
    const Names<MacroKind> kinds = {{"analog", MacroKind::analog}, {"digital", MacroKind::digital}};
    f.choice({"kind", "",
              "columns add currents, which ADCs convert; or SRAM cells with a gate at each and an "
              "adder tree below each column, exact",
              "analog"},
             config.params.macro.kind, kinds);
    f.choice(
        {"implementation", "",
         "the digital part: the SystemC model, or the RTL of hw/rtl, compared with it at every "
         "clock edge; of analog macros",
         "model"},
        config.params.macro.implementation, kImplementations);
    describe_macro_blocks(f, config);
}

}  // namespace cimarron
