// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_hardware.h"

#include <algorithm>

namespace cimarron::test {

MacroParams random_macro(Rng& rng) {
    MacroParams p;
    p.array.rows = rng.uniform_int(16, 150);
    p.array.columns = rng.uniform_int(8, 80);
    p.array.rows_active = rng.coin(0.5) ? p.array.rows : rng.uniform_int(1, p.array.rows);
    p.array.write_cycles = rng.uniform_int(1, 5);
    p.word_line_driver.dac_bits = rng.coin(0.5) ? 1 : rng.uniform_int(1, 8);
    p.word_line_driver.drive_cycles = rng.uniform_int(0, 3);
    p.word_line_driver.settle_cycles = rng.uniform_int(0, 6);
    p.sample_and_hold.present = rng.coin(0.7);
    p.sample_and_hold.sample_cycles = rng.uniform_int(0, 3);
    p.adc.columns_per_adc = rng.uniform_int(1, p.array.columns);
    p.adc.conversion_cycles = rng.uniform_int(1, 4);
    p.adc.bits = lossless_adc_bits(p);
    p.adc.full_scale = rng.coin(0.5) ? FullScale::unit_lsb : FullScale::rows;
    p.shift_adder.accumulator_bits = 31;
    p.shift_adder.add_cycles = rng.uniform_int(0, 3);
    return p;
}

MacroParams random_digital_macro(Rng& rng) {
    MacroParams p;
    p.kind = MacroKind::digital;
    p.array.rows_active = rng.uniform_int(1, 80);
    p.array.rows = p.array.rows_active * rng.uniform_int(1, 3);
    p.array.columns = rng.uniform_int(8, 80);
    p.array.write_cycles = rng.uniform_int(1, 5);
    p.adder_tree.pipeline_cycles = rng.uniform_int(1, 6);
    p.shift_adder.accumulator_bits = 31;
    set_digital_steps(p);
    return p;
}

InterconnectParams random_interconnect(Rng& rng) {
    InterconnectParams p;
    p.topology = static_cast<Topology>(rng.uniform_int(0, 2));
    p.width_bits = rng.uniform_int(1, 64);
    p.arbitration_cycles = rng.uniform_int(0, 3);
    p.router_cycles = rng.uniform_int(0, 4);
    p.buffer_flits = p.router_cycles + rng.uniform_int(2, 8);
    p.leaf_width_bits = rng.uniform_int(1, 64);
    return p;
}

AcceleratorParams random_accelerator(Rng& rng) {
    AcceleratorParams p;
    p.clock_period_ps = rng.uniform_int(1, 5000);
    p.macro = random_macro(rng);
    p.tiles = 1000;
    p.tile.macros =
        800 / p.macro.array.rows + rng.uniform_int(1, 4);  // row tiles of any test layer
    p.tile.duplicate = rng.coin(0.7);
    p.tile.dataflow = rng.coin(0.5) ? Dataflow::sequential : Dataflow::pipelined;
    p.tile.input_buffer = {1 << 16, rng.uniform_int(4, 128)};
    p.tile.output_buffer = {rng.uniform_int(2000, 6000), rng.uniform_int(4, 128)};
    p.tile.residual_buffer = {1 << 16, rng.uniform_int(4, 128)};
    p.tile.post_processing.lanes = rng.uniform_int(1, 20);
    p.tile.post_processing.pipeline_cycles = rng.uniform_int(0, 5);
    p.interconnect = random_interconnect(rng);
    p.global_buffer = {1 << 16, rng.uniform_int(8, 128)};
    return p;
}

int most_row_tiles(const Program& program) {
    int most = 1;
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) most = std::max(most, tile.row_tiles);
    return most;
}

NonIdealities random_non_idealities(Rng& rng) {
    const auto maybe = [&rng](double high) { return rng.coin(0.5) ? rng.uniform(0, high) : 0; };
    NonIdealities effects;
    effects.cell.off_conductance = maybe(0.3);
    effects.cell.sigma_on = maybe(0.2);
    effects.cell.sigma_off = maybe(0.5);
    effects.cell.read_sigma = maybe(0.1);
    effects.cell.stuck_at_0 = maybe(0.05);
    effects.cell.stuck_at_1 = maybe(0.05);
    effects.cell.drift_on = maybe(0.05);
    effects.cell.drift_off = maybe(0.05);
    effects.cell.drift_sigma = maybe(0.2);
    effects.cell.drift_log_time = maybe(10);
    effects.cell.wire_resistance = maybe(1e-3);
    effects.adc.offset_sigma = maybe(0.5);
    effects.adc.gain_sigma = maybe(0.05);
    effects.adc.bow_sigma = maybe(0.5);
    effects.adc.noise_sigma = maybe(0.5);
    effects.compensated = rng.coin(0.5);
    effects.seed = rng.engine()();
    return effects;
}

}  // namespace cimarron::test
