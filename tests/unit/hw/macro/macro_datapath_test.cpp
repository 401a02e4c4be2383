// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_datapath.h"
#include "common/rng.h"
#include "hw/chip/activity_sum.h"
#include "tests/support/random_hardware.h"
#include "tests/support/seed.h"
#include "tests/support/upper_halves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace cimarron {
namespace {

MacroPlacement random_placement(Rng& rng, const MacroParams& params, int weight_bits) {
    MacroPlacement placement;
    placement.rows = rng.uniform_int(1, params.array.rows);
    placement.channels = rng.uniform_int(1, params.array.columns / weight_bits);
    placement.columns = placement.channels * weight_bits;
    return placement;
}

std::vector<std::uint8_t> random_codes(Rng& rng, int count, int bits) {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(count));
    for (auto& code : codes) code = static_cast<std::uint8_t>(rng.uniform_int(0, (1 << bits) - 1));
    return codes;
}

TEST(MacroDatapath, PartialSumsAreDotProductsUnderALosslessAdc) {
    Rng rng(test::test_seed(3));
    for (int trial = 0; trial < 300; ++trial) {
        const MacroParams params = test::random_macro(rng);
        const int weight_bits = rng.uniform_int(1, std::min(8, params.array.columns));
        const MacroPlacement placement = random_placement(rng, params, weight_bits);
        MacroDatapath macro(params, placement, weight_bits);
        const std::vector<std::uint8_t> weights =
            random_codes(rng, placement.rows * placement.channels, weight_bits);
        macro.program(weights.data());
        for (int mvm = 1; mvm <= 3; ++mvm) {
            const int bits = rng.uniform_int(1, 8);
            const std::vector<std::uint8_t> codes = random_codes(rng, placement.rows, bits);
            macro.load(codes.data(), bits);
            macro.run();
            for (int o = 0; o < placement.channels; ++o) {
                int expected = 0;
                for (int r = 0; r < placement.rows; ++r)
                    expected += weights[o * placement.rows + r] * codes[r];
                ASSERT_EQ(macro.partial_sums()[o], expected)
                    << "trial " << trial << " channel " << o;
            }
            EXPECT_EQ(macro.activity().mvms, mvm);
        }
        EXPECT_EQ(macro.activity().adc.clipped, 0);
        EXPECT_EQ(macro.activity().array.cell_writes,
                  std::int64_t{placement.rows} * placement.columns);
    }
}

// N = sum of weight code x input code from what the macro gives, against its definition.
double largest_error(MacroDatapath& macro, int weight_bits, Rng& rng) {
    const MacroPlacement& placement = macro.placement();
    const std::vector<std::uint8_t> weights =
        random_codes(rng, placement.rows * placement.channels, weight_bits);
    const std::vector<std::uint8_t> codes = random_codes(rng, placement.rows, 4);
    macro.program(weights.data());
    macro.load(codes.data(), 4);
    macro.run();
    const std::int64_t inputs = std::accumulate(codes.begin(), codes.end(), std::int64_t{0});
    double worst = 0;
    for (int o = 0; o < placement.channels; ++o) {
        std::int64_t expected = 0;
        for (int r = 0; r < placement.rows; ++r)
            expected += weights[o * placement.rows + r] * codes[r];
        const std::int64_t got = macro.readout().count(macro.partial_sums()[o], inputs);
        worst = std::max(worst, std::fabs(static_cast<double>(got - expected)));
    }
    return worst;
}

// A finite on/off ratio and uniform drift are compensated but for the rounding of each conversion:
// half an LSB, at the worst in every slice and weight bit, and of kept conductances.
TEST(MacroDatapath, CompensationLeavesTheRoundingOfConversions) {
    const std::uint64_t seed = test::test_seed(4);
    Rng rng(seed);
    for (int trial = 0; trial < 200; ++trial) {
        MacroParams params;
        params.adc.bits = 9;
        params.word_line_driver.dac_bits = 1;
        params.array.rows_active = rng.uniform_int(8, 128);
        CellNonIdealities& cell = params.non_idealities.cell;
        cell.off_conductance = rng.uniform(0, 0.5);
        cell.drift_log_time = rng.uniform(0, 3);
        cell.drift_on = cell.drift_off = 0.05;
        const int weight_bits = rng.uniform_int(1, 4);
        MacroPlacement placement;
        placement.rows = params.array.rows;
        placement.channels = params.array.columns / weight_bits;
        placement.columns = placement.channels * weight_bits;
        MacroDatapath macro(params, placement, weight_bits, rng.engine()());
        const double step = mean_conductance(cell, true) - mean_conductance(cell, false);
        const double conversions = 15.0 * ((1 << weight_bits) - 1) * macro.groups();
        EXPECT_LE(largest_error(macro, weight_bits, rng), (0.5 * conversions + 1) / step)
            << "seed " << seed << " trial " << trial;
        params.non_idealities.compensated = false;
        cell.off_conductance = 0.5;
        MacroDatapath raw(params, placement, weight_bits, 1);
        EXPECT_GT(largest_error(raw, weight_bits, rng), conversions) << "seed " << seed;
    }
}

// The steps of an MVM one by one, as the Macro module takes them.
std::vector<std::int32_t> sums_step_by_step(MacroDatapath& macro, const std::uint8_t* codes,
                                            int bits) {
    macro.load(codes, bits);
    for (int slice = 0; slice < macro.slices(); ++slice)
        for (int group = 0; group < macro.groups(); ++group) {
            macro.evaluate(slice, group);
            macro.sample();
            for (int position = 0; position < macro.mux_positions(); ++position)
                macro.convert(slice, position);
        }
    return macro.partial_sums();
}

// The vectors' bit planes, every row group from a word on.
void run_sliced(MacroDatapath& macro, const std::vector<const std::uint8_t*>& inputs, int bits) {
    const RowGroups& groups = macro.row_groups();
    int words = 0;
    for (int g = 0; g < groups.count(); ++g) words += groups.words_in(g);
    std::vector<std::vector<Word>> planes;
    std::vector<const Word*> windows;
    for (const std::uint8_t* codes : inputs) {
        planes.emplace_back(static_cast<std::size_t>(bits * words));
        int first = 0;
        for (int g = 0; g < groups.count(); ++g) {
            const int of_group = groups.words_in(g);
            std::vector<Word> packed(static_cast<std::size_t>(bits * of_group));
            pack_bit_planes(codes + groups.first_row(g), groups.rows_in(g), bits, packed.data());
            for (int b = 0; b < bits; ++b)
                std::copy_n(packed.begin() + b * of_group, of_group,
                            planes.back().begin() + b * words + first);
            first += of_group;
        }
    }
    for (const auto& window : planes) windows.push_back(window.data());
    macro.run_windows(
        SlicedWindows{windows.data(), static_cast<int>(windows.size()), bits, words, 1});
}

TEST(MacroDatapath, WindowsAtOnceAreEachStepByStep) {
    Rng rng(test::test_seed(6));
    int sliced = 0;
    for (int trial = 0; trial < 500; ++trial) {
        MacroParams params = test::random_macro(rng);
        if (rng.coin(0.7)) params.word_line_driver.dac_bits = 1;
        if (rng.coin(0.5)) params.adc.bits = rng.uniform_int(1, 8);  // may clip
        if (rng.coin(0.3)) params.non_idealities = test::random_non_idealities(rng);
        const int weight_bits = rng.uniform_int(1, std::min(8, params.array.columns));
        const MacroPlacement placement = random_placement(rng, params, weight_bits);
        MacroDatapath one(params, placement, weight_bits), all(params, placement, weight_bits);
        const std::vector<std::uint8_t> weights =
            random_codes(rng, placement.rows * placement.channels, weight_bits);
        one.program(weights.data());
        all.program(weights.data());
        for (int round = 0; round < 3; ++round) {
            const int bits = rng.uniform_int(1, 8);
            std::vector<std::vector<std::uint8_t>> windows(
                static_cast<std::size_t>(rng.uniform_int(1, 20)));
            std::vector<const std::uint8_t*> inputs;
            for (auto& codes : windows) {
                codes = random_codes(rng, placement.rows, bits);
                inputs.push_back(codes.data());
            }
            if (all.takes_planes()) {
                ++sliced;
                run_sliced(all, inputs, bits);
            } else {
                all.run_windows(inputs, bits);
            }
            for (std::size_t i = 0; i < windows.size(); ++i) {
                const auto expected = sums_step_by_step(one, inputs[i], bits);
                const std::int32_t* got = all.window_sums(static_cast<int>(i));
                ASSERT_EQ(std::vector<std::int32_t>(got, got + placement.channels), expected)
                    << "trial " << trial << " window " << i;
            }
            AcceleratorActivity of_one, of_all;
            of_one.macro = one.activity();
            of_all.macro = all.activity();
            ASSERT_EQ(of_one, of_all) << "trial " << trial;
        }
    }
    EXPECT_GT(sliced, 300);
}

TEST(MacroDatapath, LeavesNoUpperHalvesInUse) {
    if (!test::tells_registers_in_use()) GTEST_SKIP() << "this processor cannot tell";
    Rng rng(test::test_seed(5));
    for (int trial = 0; trial < 300; ++trial) {
        MacroParams params = test::random_macro(rng);
        if (rng.coin(0.8)) params.non_idealities = test::random_non_idealities(rng);
        if (rng.coin(0.5)) params.word_line_driver.dac_bits = 1;
        const int weight_bits = rng.uniform_int(1, std::min(8, params.array.columns));
        const MacroPlacement placement = random_placement(rng, params, weight_bits);
        MacroDatapath macro(params, placement, weight_bits);
        EXPECT_FALSE(test::upper_halves_in_use()) << "made, trial " << trial;
        const std::vector<std::uint8_t> weights(
            static_cast<std::size_t>(placement.rows * placement.channels), 1);
        macro.program(weights.data());
        EXPECT_FALSE(test::upper_halves_in_use()) << "programmed, trial " << trial;
        const std::vector<std::uint8_t> codes(static_cast<std::size_t>(placement.rows), 1);
        for (int bits = 1; bits <= 8; ++bits) {
            macro.load(codes.data(), bits);
            EXPECT_FALSE(test::upper_halves_in_use()) << "loaded, trial " << trial;
            macro.run();
            EXPECT_FALSE(test::upper_halves_in_use()) << "run, trial " << trial;
            if (!macro.takes_planes()) continue;
            run_sliced(macro, {codes.data(), codes.data()}, bits);
            EXPECT_FALSE(test::upper_halves_in_use()) << "sliced run, trial " << trial;
        }
    }
}

// What one MVM counts, in named terms.
TEST(MacroDatapath, CountsWorkByShape) {
    MacroParams params;
    params.array = {100, 60, 30, 1};
    params.word_line_driver.dac_bits = 2;
    params.adc.columns_per_adc = 7;
    params.adc.bits = lossless_adc_bits(params);
    MacroPlacement placement{0, 95, 0, 20, 40};
    MacroDatapath macro(params, placement, 2);
    macro.program(std::vector<std::uint8_t>(95 * 20, 1).data());
    const int input_bits = 5;
    macro.load(std::vector<std::uint8_t>(95, 3).data(), input_bits);
    macro.run();
    const int slices = ceil_div(input_bits, params.word_line_driver.dac_bits);
    const int groups = ceil_div(placement.rows, params.array.rows_active);
    const MacroActivity a = macro.activity();
    EXPECT_EQ(a.array.evaluations, slices * groups);
    EXPECT_EQ(a.adc.conversions, slices * groups * placement.columns);
    EXPECT_EQ(a.shift_adder.additions, a.adc.conversions);
    EXPECT_EQ(a.column_mux.switches, a.adc.conversions);
    EXPECT_EQ(a.sample_and_hold.samples, a.adc.conversions);
    EXPECT_EQ(a.cell_operations, std::int64_t{slices} * placement.rows * placement.columns);
    const int positions = ceil_div(placement.columns, params.adcs());
    EXPECT_EQ(a.control_steps, slices * groups * (1 + positions));
}

}  // namespace
}  // namespace cimarron
