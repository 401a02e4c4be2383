// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/hw/cost/scaling.h"

namespace cimarron {
namespace {

int slice_bits(int dac_bits) {
    return log2_ceil((8 + dac_bits - 1) / dac_bits);
}

std::vector<Change> array_changes() {
    return {
        {"rows x2", [](auto& p) { p.macro.array.rows *= 2; },
         [](const auto&, const Device& d) {
             return Moves{
                 {"macro.array", "macro.word_line_driver", "macro.control", "tile.input_register"},
                 {},
                 both({"macro.control.step"},
                      {d.resistive() ? "macro.array.column_read" : "macro.array.on_cell"}),
                 {}};
         }},
        {"columns x2", [](auto& p) { p.macro.array.columns *= 2; },
         [](const auto& p, const Device&) {
             return Moves{both(per_column(p), {"macro.array", "macro.word_line_driver", "macro.adc",
                                               "macro.shift_adder"}),
                          {},
                          {"macro.word_line_driver.active_line"},
                          {}};
         }},
        {"rows active / 2", [](auto& p) { p.macro.array.rows_active /= 2; },
         [](const auto&, const Device& d) {
             return Moves{
                 {"macro.control"},
                 {},
                 both({"macro.control.step"}, when(!d.resistive(), {"macro.array.on_cell"})),
                 {"macro.word_line_driver.drive"}};
         }},
        {"settle cycles + 1", [](auto& p) { ++p.macro.word_line_driver.settle_cycles; },
         [](const auto&, const Device& d) {
             return Moves{
                 {}, {}, when(d.resistive(), {"macro.array.on_cell", "macro.array.off_cell"}), {}};
         }},
        {"clock period x2", [](auto& p) { p.clock_period_ps *= 2; },
         [](const auto&, const Device& d) {
             return Moves{
                 {}, {}, when(d.resistive(), {"macro.array.on_cell", "macro.array.off_cell"}), {}};
         }}};
}

std::vector<Change> converter_changes() {
    return {{"ADC bits + 1", [](auto& p) { ++p.macro.adc.bits; },
             [](const auto&, const Device&) {
                 return Moves{{"macro.adc"}, {}, {"macro.adc.conversion"}, {}};
             }},
            {"columns per ADC x2", [](auto& p) { p.macro.adc.columns_per_adc *= 2; },
             [](const auto& p, const Device& d) {
                 const bool first = p.macro.adc.columns_per_adc == 1;
                 const bool held = d.resistive() && !p.macro.sample_and_hold.present;
                 return Moves{
                     both({"macro.control"}, when(first, {"macro.column_mux"})),
                     {"macro.adc", "macro.shift_adder"},
                     both(both({"macro.control.step"}, when(first, {"macro.column_mux.switch"})),
                          when(held, {"macro.array.on_cell", "macro.array.off_cell"})),
                     {}};
             }},
            {"DAC bits + 1", [](auto& p) { ++p.macro.word_line_driver.dac_bits; },
             [](const auto& p, const Device& d) {
                 const int bits = p.macro.word_line_driver.dac_bits;
                 const bool fewer = slice_bits(bits + 1) < slice_bits(bits);
                 return Moves{{"macro.word_line_driver"},
                              when(fewer, {"macro.control"}),
                              {"macro.word_line_driver.active_line"},
                              both(both({"macro.array.on_cell"},
                                        when(d.resistive(), {"macro.array.off_cell"})),
                                   when(fewer, {"macro.control.step"}))};
             }},
            {"accumulator bits + 4", [](auto& p) { p.macro.shift_adder.accumulator_bits += 4; },
             [](const auto&, const Device&) {
                 return Moves{{"macro.shift_adder", "tile.adder_tree", "tile.window_sum",
                               "tile.post_processing"},
                              {},
                              {"macro.shift_adder.addition", "tile.adder_tree.addition",
                               "tile.window_sum.addition", "tile.post_processing.affine",
                               "tile.post_processing.residual", "tile.post_processing.addition"},
                              {}};
             }}};
}

TEST(CostScaling, Array) {
    check(array_changes());
}
TEST(CostScaling, Converters) {
    check(converter_changes());
}

TEST(CostScaling, SharingAnAdcBetweenTwiceTheColumnsHalvesItsArea) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        const AcceleratorParams params = random_params(rng);
        AcceleratorParams shared = params;
        shared.macro.adc.columns_per_adc *= 2;
        for (const Device& device : shipped_devices())
            EXPECT_DOUBLE_EQ(area_ratio(params, shared, device, "macro.adc"), 0.5)
                << "seed " << seed;
    }
}

}  // namespace
}  // namespace cimarron
