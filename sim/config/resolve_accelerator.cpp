// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/cost/chip_cost.h"
#include "hw/cost/dram_cost.h"
#include "hw/cost/timing.h"
#include "sim/config/accelerator_config.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

constexpr int kMostTiles = 1 << 12;

void fill(const AcceleratorConfig::Auto& derive, const DerivedTiming& timing, MacroParams& macro) {
    if (derive.conversion_cycles) macro.adc.conversion_cycles = timing.conversion_cycles;
    if (derive.drive_cycles) macro.word_line_driver.drive_cycles = timing.drive_cycles;
    if (derive.settle_cycles) macro.word_line_driver.settle_cycles = timing.settle_cycles;
    if (derive.sample_cycles) macro.sample_and_hold.sample_cycles = timing.sample_cycles;
    if (derive.write_cycles) macro.array.write_cycles = timing.write_cycles;
    if (derive.pipeline_cycles) macro.adder_tree.pipeline_cycles = timing.pipeline_cycles;
    if (macro.kind == MacroKind::digital) set_digital_steps(macro);
}

void fill(const AcceleratorConfig::Auto& derive, const DramTiming& timing, DramParams& dram) {
    if (derive.dram_activate_cycles) dram.activate_cycles = timing.activate_cycles;
    if (derive.dram_precharge_cycles) dram.precharge_cycles = timing.precharge_cycles;
    if (derive.dram_access_cycles) dram.access_cycles = timing.access_cycles;
    if (derive.dram_bytes_per_cycle) dram.bytes_per_cycle = timing.bytes_per_cycle;
}

double area_mm2(AcceleratorParams params, int tiles, const Technology& technology,
                const Device& device) {
    params.tiles = tiles;
    Area sum;
    for (const ComponentCost& cost : chip_cost(params, technology, device)) sum += cost.area;
    return in_square_millimetres(sum);
}

// Doubled until they do not fit, then halved in between.
int most_tiles(const AcceleratorParams& params, double max_mm2, const Technology& technology,
               const Device& device) {
    const auto fit = [&](int tiles) {
        return area_mm2(params, tiles, technology, device) <= max_mm2;
    };
    if (!fit(1))
        throw UserError(fmt::format("max_area_mm2: {} holds no chip, one of 1 tile takes {:.4g}",
                                    max_mm2, area_mm2(params, 1, technology, device)));
    int low = 1;
    int high = 2;
    for (; high < kMostTiles && fit(high); high *= 2) low = high;
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        (fit(middle) ? low : high) = middle;
    }
    return low;
}

}  // namespace

AcceleratorParams resolve(const AcceleratorConfig& config, const Technology& technology,
                          const Device& device) {
    AcceleratorParams params = config.params;
    if (config.derive.adc_bits) params.macro.adc.bits = auto_adc_bits(params.macro);
    if (params.macro.kind == MacroKind::digital && device.kind != DeviceKind::sram)
        throw UserError(fmt::format("macro.kind: digital needs SRAM cells, not {}", device.name));
    const Seconds period = picoseconds(static_cast<double>(params.clock_period_ps));
    fill(config.derive, derive_macro_timing(params.macro, period, technology, device),
         params.macro);
    check_digital_timing(params, technology);
    if (params.dram.present())
        fill(config.derive, dram_timing(params.dram, period, technology), params.dram);
    if (config.derive.tiles) {
        params.fit_tiles = true;
        params.tiles = most_tiles(params, config.max_area_mm2, technology, device);
        derive_timing(params, technology, device);  // do the paths of a chip of that size fit?
    }
    validate(params);
    return params;
}

MacroParams resolve_macro(const AcceleratorConfig& config, const Technology& technology,
                          const Device& device) {
    MacroParams macro = config.params.macro;
    if (config.derive.adc_bits) macro.adc.bits = auto_adc_bits(macro);
    const Seconds period = picoseconds(static_cast<double>(config.params.clock_period_ps));
    fill(config.derive, derive_macro_timing(macro, period, technology, device), macro);
    validate(macro);
    return macro;
}

}  // namespace cimarron
