// SPDX-License-Identifier: Apache-2.0
// The formulas of docs/cost.md worked out by hand, on a technology of small round numbers.
#include "hw/cost/adc_cost.h"
#include "hw/cost/array_cost.h"
#include "hw/cost/chip_cost.h"
#include "hw/cost/column_mux_cost.h"
#include "hw/cost/control_cost.h"
#include "hw/cost/sample_and_hold_cost.h"
#include "hw/cost/shift_adder_cost.h"
#include "hw/cost/word_line_driver_cost.h"
#include "tests/unit/hw/cost/round_technology.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cimarron {
namespace {

TEST(CostFormula, SramArray) {
    const auto cost =
        array_cost(small_macro(), nanoseconds(1), kRound, round_device(DeviceKind::sram));
    EXPECT_DOUBLE_EQ(um2(cost.area), 8 * 4 * 4 + 2 * 4 * 3);
    EXPECT_DOUBLE_EQ(nw(cost.leakage), 8 * 4 * 2);
    const double bit_line = 8 * (1 + 2);
    EXPECT_DOUBLE_EQ(fj(cost, "on_cell"), bit_line * 2 * 0.5 / 2);
    EXPECT_DOUBLE_EQ(fj(cost, "off_cell"), 0);
    EXPECT_DOUBLE_EQ(fj(cost, "column_read"), 1);
    EXPECT_DOUBLE_EQ(fj(cost, "cell_write"), 1);
}

TEST(CostFormula, ResistiveArray) {
    MacroParams macro = small_macro();
    macro.word_line_driver.dac_bits = 2;
    const Device rram = round_device(DeviceKind::rram);
    const auto sampled = array_cost(macro, nanoseconds(1), kRound, rram);
    const double unit_ns = (2 + 1) / 3.0;
    EXPECT_DOUBLE_EQ(fj(sampled, "on_cell"), 2 * 0.5 / 1000 * unit_ns * 1e6);
    EXPECT_DOUBLE_EQ(fj(sampled, "off_cell"), 2 * 0.5 / 4000 * unit_ns * 1e6);
    EXPECT_DOUBLE_EQ(fj(sampled, "column_read"), 8 * (1 + 2) * 2 * 0.5);
    Device high = rram;  // read from a supply of its own, above the logic's
    high.read_voltage.value = 4;
    EXPECT_DOUBLE_EQ(fj(array_cost(macro, nanoseconds(1), kRound, high), "on_cell"),
                     4.0 * 4 / 1000 * unit_ns * 1e6);
    macro.sample_and_hold.present = false;
    EXPECT_DOUBLE_EQ(ps(read_time(macro, nanoseconds(1))), (2 + 2 * 3) * 1000);
}

TEST(CostFormula, ArrayCountsCellsThatAreOff) {
    const ComponentCount count = array_count({1, 20, 300, 100, 7});
    EXPECT_EQ(find(count.events, "column_read").count, 20);
    EXPECT_EQ(find(count.events, "on_cell").count, 100);
    EXPECT_EQ(find(count.events, "off_cell").count, 200);
    EXPECT_EQ(find(count.events, "cell_write").count, 7);
}

TEST(CostFormula, WordLineDriver) {
    MacroParams macro = small_macro();
    const Device device = round_device(DeviceKind::rram);
    const double line = 4 * (1 + 2);
    auto cost = word_line_driver_cost(macro, kRound, device);
    EXPECT_DOUBLE_EQ(um2(cost.area), 8 * (1 + 0.5 * line + 3));
    EXPECT_DOUBLE_EQ(fj(cost, "active_line"), 1.5 * line * 3 * 3);
    EXPECT_DOUBLE_EQ(fj(cost, "drive"), 2);
    macro.word_line_driver.dac_bits = 2;
    cost = word_line_driver_cost(macro, kRound, device);
    EXPECT_DOUBLE_EQ(um2(cost.area), 8 * (1 + 0.5 * line + 3 + 16 / 4.0));
    EXPECT_DOUBLE_EQ(fj(cost, "active_line"), 1.5 * line * 3 * 3 + 10 * 2 * 2 * 2);
}

TEST(CostFormula, SampleAndHoldAndMux) {
    const auto hold = sample_and_hold_cost(small_macro(), kRound);
    EXPECT_DOUBLE_EQ(um2(hold.area), 4 * (3 / 1.5 + 1));
    EXPECT_DOUBLE_EQ(fj(hold, "sample"), 3 * 2 * 2 + 1);
    const auto mux = column_mux_cost(small_macro(), kRound);
    EXPECT_DOUBLE_EQ(um2(mux.area), 4);
    EXPECT_DOUBLE_EQ(fj(mux, "switch"), 2);
}

TEST(CostFormula, Adc) {
    Technology t = kRound;
    t.node.value = 14;
    t.adc.fit_node.value = 28;
    t.adc.energy_linear.value = 100;
    t.adc.area_exponent_slope.value = -0.5;
    t.adc.area_exponent_offset.value = 1.5;
    t.adc.leakage_gates_per_bit.value = 7;
    const auto cost = adc_cost(small_macro(), t);
    EXPECT_EQ(cost.instances, 2);
    EXPECT_DOUBLE_EQ(um2(cost.area), 2 * 1 * 8);
    EXPECT_DOUBLE_EQ(nw(cost.leakage), 2 * 7 * 3);
    EXPECT_DOUBLE_EQ(fj(cost, "conversion"), 0.5 * (100 * 3 + 64) * 2 * 2);
    EXPECT_DOUBLE_EQ(ps(conversion_time(small_macro(), t)), 3 * (8 + 1) * 1000);
}

// The other types, of 3 bits and at a supply of 2 V: a comparator of 2 um2 and 10 fJ/V2.
Technology with_comparator() {
    Technology t = kRound;
    t.node.value = 14;
    t.adc.fit_node.value = 28;
    t.adc.comparator_area.value = 2;
    t.adc.comparator_energy.value = 10;
    return t;
}

ComponentCost adc_of(AdcType type, int bits) {
    MacroParams macro = small_macro();
    macro.adc.type = type;
    macro.adc.bits = bits;
    return adc_cost(macro, with_comparator());
}

TEST(CostFormula, FlashAdcAndSenseAmplifier) {
    const ComponentCost flash = adc_of(AdcType::flash, 3);
    EXPECT_DOUBLE_EQ(um2(flash.area), 2 * (7 * 2 + 7 * 3));
    EXPECT_DOUBLE_EQ(nw(flash.leakage), 2 * 7 * 3);
    EXPECT_DOUBLE_EQ(fj(flash, "conversion"), 7 * 0.5 * 10 * 2 * 2 + 7 * 3);
    EXPECT_DOUBLE_EQ(fj(flash, "code_step"), 0);
    const ComponentCost amplifier = adc_of(AdcType::sense_amplifier, 1);
    EXPECT_DOUBLE_EQ(um2(amplifier.area), 2 * 2);
    EXPECT_DOUBLE_EQ(fj(amplifier, "conversion"), 0.5 * 10 * 2 * 2);
}

// Two converters share a counter of three bits and a DAC of 16 um2 at four bits, 10 fJ a bit.
TEST(CostFormula, RampAdcIsPricedByTheStepsItTakes) {
    const ComponentCost ramp = adc_of(AdcType::ramp, 3);
    EXPECT_DOUBLE_EQ(um2(ramp.area), 2 * (2 + 3 * 4 + 3) + 16.0 / 2 + 3 * 4 + 3 * (3 + 2 * 2));
    EXPECT_DOUBLE_EQ(fj(ramp, "code_step"), 0.5 * 10 * 2 * 2);
    EXPECT_DOUBLE_EQ(fj(ramp, "conversion"), 3 * (5 + 1) + (8 * 2 * 5 + 10 * 3 * 2 * 2) / 2.0);
    const ComponentCount count = adc_count({10, 0, 35});
    EXPECT_EQ(find(count.events, "conversion").count, 10);
    EXPECT_EQ(find(count.events, "code_step").count, 45);
}

TEST(CostFormula, CyclicAdcHasNoArrayOfCapacitors) {
    const ComponentCost cyclic = adc_of(AdcType::cyclic, 3);
    EXPECT_DOUBLE_EQ(um2(cyclic.area), 2 * (2 * 2 + 2 * 3 / 1.5 + 3));
    EXPECT_DOUBLE_EQ(fj(cyclic, "conversion"), 0.5 * 3 * 2 * 2);
}

TEST(CostFormula, LayoutStretchesEveryBlockOfAMacro) {
    Technology wide = kRound;
    wide.calibration.layout_area.value = 3;
    const Device device = round_device(DeviceKind::sram);
    const auto stretched = macro_cost(small_macro(), nanoseconds(1), wide, device);
    const auto plain = macro_cost(small_macro(), nanoseconds(1), kRound, device);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        EXPECT_DOUBLE_EQ(um2(stretched[i].area), 3 * um2(plain[i].area)) << plain[i].name;
        EXPECT_EQ(stretched[i].leakage, plain[i].leakage);
    }
}

TEST(CostFormula, ShiftAdder) {
    const auto cost = shift_adder_cost(small_macro(), kRound);
    EXPECT_DOUBLE_EQ(um2(cost.area), 2 * (80 + 70 + 2 * 10 * 4));
    EXPECT_DOUBLE_EQ(fj(cost, "addition"), 80 + 90 + 10 * 5);
    EXPECT_DOUBLE_EQ(ps(shift_add_time(small_macro(), kRound)), 4 + 12 + 1);
}

TEST(CostFormula, Control) {
    const auto cost = control_cost(small_macro(), kRound);
    const int bits = 3 + 2 + 1 + 3;  // state, row group, mux position, slice
    EXPECT_DOUBLE_EQ(um2(cost.area), bits * (4 + 8) + 4 * 2 + 2 * 1);
    EXPECT_DOUBLE_EQ(fj(cost, "step"), bits * (5 + 8) + 2 * (2 + 1));
}

// 4-bit coefficients: three partial products each and the offset, 7 rows of 12 bits; sums of 14.
TEST(CostFormula, AnalogTimes) {
    const MacroParams macro = small_macro();
    const double half_lsb = 4 * std::log(2.0);
    for (const DeviceKind kind : {DeviceKind::sram, DeviceKind::rram}) {
        const Device device = round_device(kind);  // 500 uA a cell either way
        const double word_line_ps = 0.5 * (4 * 2) * (4 * 3) * 1e-3;
        EXPECT_NEAR(ps(drive_time(macro, kRound, device)), 4 + word_line_ps, 1e-9);
        const double bit_line_ps = 0.5 * (8 * 2) * (8 * 3) * 1e-3 * half_lsb;
        const double swing_ps = (8 * 3) * 0.5 / (2 * 0.5e-3) * 1e-3;
        EXPECT_NEAR(ps(settle_time(macro, kRound, device)), bit_line_ps + swing_ps, 1e-9);
    }
    EXPECT_NEAR(ps(sample_time(macro, kRound)), 1 + 1000 * 3 * 1e-3 * half_lsb, 1e-9);
}

// Each calibration factor multiplies its class of blocks and leaves the others alone.
TEST(CostFormula, CalibrationFactors) {
    Technology t = kRound;
    t.calibration.sense_energy.value = 2;
    t.calibration.sense_area.value = 3;
    const MacroParams macro = small_macro();
    EXPECT_EQ(adc_cost(macro, t).events[0].per_event,
              2 * adc_cost(macro, kRound).events[0].per_event);
    EXPECT_DOUBLE_EQ(um2(adc_cost(macro, t).area), 3 * um2(adc_cost(macro, kRound).area));
    EXPECT_EQ(shift_adder_cost(macro, t).area, shift_adder_cost(macro, kRound).area);
    t = kRound;
    t.calibration.digital_energy.value = 2;
    t.calibration.digital_area.value = 3;
    EXPECT_DOUBLE_EQ(fj(shift_adder_cost(macro, t), "addition"), 2 * (80 + 90 + 50));
    EXPECT_DOUBLE_EQ(um2(shift_adder_cost(macro, t).area), 3 * 2 * (80 + 70 + 80));
    EXPECT_EQ(adc_cost(macro, t).area, adc_cost(macro, kRound).area);
    t = kRound;
    t.calibration.array_energy.value = 2;
    const Device rram = round_device(DeviceKind::rram);
    const auto scaled = array_cost(macro, nanoseconds(1), t, rram);
    const auto plain = array_cost(macro, nanoseconds(1), kRound, rram);
    EXPECT_EQ(find(scaled.events, "on_cell").per_event,
              2 * find(plain.events, "on_cell").per_event);
    EXPECT_EQ(find(scaled.events, "cell_write").per_event,
              find(plain.events, "cell_write").per_event);
}

}  // namespace
}  // namespace cimarron
