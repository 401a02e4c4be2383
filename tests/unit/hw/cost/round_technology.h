// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/technology/constants.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <string>

namespace cimarron {

// All constants 1, except where a formula could hide behind that.
inline Technology round_technology() {
    Technology t;
    visit_technology(t, [](const ConstantKey&, Constant& c) { c.value = 1; });
    t.supply.value = 2;
    t.adc.max_bits.value = 8;
    t.logic.xor2_area.value = 2;
    t.logic.xor2_energy.value = 3;
    t.logic.xor2_delay.value = 2;
    t.logic.flip_flop_area.value = 4;
    t.logic.flip_flop_energy.value = 5;
    t.wire.bus_toggle_rate.value = 0.5;
    t.wire.bus_energy.value = 3;
    t.periphery.driver_capacitance_ratio.value = 0.5;
    t.periphery.driver_stage_ratio.value = 2;
    t.periphery.dac_energy_per_bit.value = 10;
    t.periphery.dac_area.value = 16;
    t.periphery.dac_area_bits.value = 4;
    t.periphery.sample_capacitance.value = 3;
    t.periphery.capacitor_density.value = 1.5;
    t.periphery.switch_resistance.value = 1000;
    return t;
}

inline Device round_device(DeviceKind kind) {
    Device d;
    d.kind = kind;
    visit_device(d, [](const ConstantKey&, Constant& c) { c.value = 1; });
    d.cell_area.value = 4;  // a pitch of 2 um
    d.word_line_voltage.value = 3;
    d.bit_line_swing.value = 0.5;
    d.cell_leakage.value = 2;
    d.write_driver_area.value = 3;
    d.read_voltage.value = 0.5;
    d.on_resistance.value = 1000;
    d.off_resistance.value = 4000;
    d.read_current.value = 500;
    return d;
}

// 8 x 4 cells, 4 row groups of 2, one ADC for every 2 columns.
inline MacroParams small_macro() {
    MacroParams m;
    m.array.rows = 8;
    m.array.columns = 4;
    m.array.rows_active = 2;
    m.adc.bits = 3;
    m.adc.columns_per_adc = 2;
    m.adc.conversion_cycles = 3;
    m.word_line_driver = {1, 1, 2};
    m.sample_and_hold = {true, 1};
    m.shift_adder.accumulator_bits = 10;
    return m;
}

inline TileParams small_tile() {
    TileParams t;
    t.macros = 3;
    t.input_buffer = {1024, 32};
    t.post_processing = {5, 2, 4};
    return t;
}

inline double um2(Area a) {
    return a / square_microns(1);
}
inline double fj(Energy e) {
    return e / femtojoules(1);
}
inline double nw(Power p) {
    return p / nanowatts(1);
}
inline double ps(Seconds s) {
    return s / picoseconds(1);
}
inline double fj(const ComponentCost& cost, const std::string& event) {
    return fj(find(cost.events, event).per_event);
}

inline const Technology kRound = round_technology();

}  // namespace cimarron
