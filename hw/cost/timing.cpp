// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/timing.h"

#include "common/error.h"
#include "hw/cost/adc_cost.h"
#include "hw/cost/adder_tree_cost.h"
#include "hw/cost/array_cost.h"
#include "hw/cost/digital_macro_cost.h"
#include "hw/cost/post_processing_cost.h"
#include "hw/cost/sample_and_hold_cost.h"
#include "hw/cost/shift_adder_cost.h"
#include "hw/cost/sram_buffer_cost.h"
#include "hw/cost/word_line_driver_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// A latency of whole periods up to rounding takes just those.
int whole_cycles(Seconds latency, Seconds period) {
    constexpr double kRounding = 1e-9;
    return std::max(1, static_cast<int>(std::ceil(latency / period * (1 - kRounding))));
}

void check(const TimingPath& path, std::int64_t period_ps) {
    const double needed_ps = path.latency.value() / path.cycles * 1e12;
    if (needed_ps <= static_cast<double>(period_ps)) return;
    throw UserError(
        fmt::format("clock_period_ps: {} is too short: {} needs {:.0f} ps for {} cycle{}; use at "
                    "least {:.0f} ps",
                    period_ps, path.name, path.latency.value() * 1e12, path.cycles,
                    path.cycles == 1 ? "" : "s", std::ceil(needed_ps)));
}

}  // namespace

int TimingPath::needed(Seconds clock_period) const {
    return whole_cycles(latency, clock_period);
}

std::vector<TimingPath> analog_paths(const MacroParams& macro, const Technology& technology,
                                     const Device& device) {
    const TimingPath write = {"macro.array, writing a row", nanoseconds(device.write_time.value),
                              macro.array.write_cycles};
    if (macro.kind == MacroKind::digital) return {write};
    return {{"macro.word_line_driver", drive_time(macro, technology, device),
             macro.word_line_driver.drive_cycles},
            {"macro.array, settling", settle_time(macro, technology, device),
             macro.word_line_driver.settle_cycles},
            {"macro.sample_and_hold", sample_time(macro, technology),
             macro.sample_and_hold.sample_cycles},
            {"macro.adc", conversion_time(macro, technology), macro.adc.conversion_cycles},
            write};
}

std::vector<TimingPath> digital_paths(const AcceleratorParams& params,
                                      const Technology& technology) {
    const TileParams& tile = params.tile;
    const MacroParams& macro = params.macro;
    const bool digital = macro.kind == MacroKind::digital;
    return {digital ? TimingPath{"macro.adder_tree", digital_path_time(macro, technology),
                                 macro.adder_tree.pipeline_cycles}
                    : TimingPath{"macro.shift_adder", shift_add_time(macro, technology),
                                 std::max(1, macro.shift_adder.add_cycles)},
            {"tile.adder_tree", adder_tree_time(macro, technology), 1},
            {"tile.window_sum", adder_tree_time(macro, technology), 1},
            {"tile.post_processing", post_processing_stage_time(tile, macro, technology), 1},
            {"tile.input_buffer", access_time(tile.input_buffer, technology), 1},
            {"tile.output_buffer", access_time(tile.output_buffer, technology), 1},
            {"tile.residual_buffer", access_time(tile.residual_buffer, technology), 1},
            {"global_buffer", access_time(params.global_buffer, technology), 1}};
}

DerivedTiming derive_timing(const AcceleratorParams& params, const Technology& technology,
                            const Device& device) {
    const DerivedTiming timing = derive_macro_timing(
        params.macro, picoseconds(static_cast<double>(params.clock_period_ps)), technology, device);
    AcceleratorParams whole = params;
    apply(timing, whole.macro);
    check_digital_timing(whole, technology);
    return timing;
}

DerivedTiming derive_macro_timing(const MacroParams& macro, Seconds period,
                                  const Technology& technology, const Device& device) {
    const std::vector<TimingPath> paths = analog_paths(macro, technology, device);
    const auto needed = [&](std::size_t step) { return paths[step].needed(period); };
    if (macro.kind == MacroKind::analog)
        return {needed(0), needed(1), needed(2), needed(3), needed(4), 1};
    DerivedTiming timing;
    timing.write_cycles = needed(0);
    timing.pipeline_cycles = whole_cycles(digital_path_time(macro, technology), period);
    return timing;
}

void apply(const DerivedTiming& timing, MacroParams& macro) {
    macro.word_line_driver.drive_cycles = timing.drive_cycles;
    macro.word_line_driver.settle_cycles = timing.settle_cycles;
    macro.sample_and_hold.sample_cycles = timing.sample_cycles;
    macro.adc.conversion_cycles = timing.conversion_cycles;
    macro.array.write_cycles = timing.write_cycles;
    macro.adder_tree.pipeline_cycles = timing.pipeline_cycles;
}

void check_digital_timing(const AcceleratorParams& params, const Technology& technology) {
    for (const TimingPath& path : digital_paths(params, technology))
        check(path, params.clock_period_ps);
}

}  // namespace cimarron
