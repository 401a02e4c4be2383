// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/array_cost.h"

#include "hw/technology/logic.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr const char* kName = "macro.array";

double dac_units(const MacroParams& params) {
    return (1 << params.word_line_driver.dac_bits) - 1;
}

struct CellEnergy {
    Energy on, off, column;
};

CellEnergy resistive_cell(const MacroParams& params, Seconds clock_period,
                          const Technology& technology, const Device& device) {
    const double volts = device.read_voltage.value;
    // A clamp holds the line at the read voltage; its current comes from the supply.
    const double from = std::max(volts, technology.supply.value);
    const double unit_time = read_time(params, clock_period).value() / dac_units(params);
    const double bit_line = bit_line_capacitance_ff(params.array, technology, device);
    return {Energy(from * volts / device.on_resistance.value * unit_time),
            Energy(from * volts / device.off_resistance.value * unit_time),
            femtojoules(bit_line * from * volts)};
}

CellEnergy sram_cell(const MacroParams& params, const Technology& technology,
                     const Device& device) {
    const double bit_line = bit_line_capacitance_ff(params.array, technology, device);
    const double swing = device.bit_line_swing.value / params.column_range();
    return {femtojoules(bit_line * technology.supply.value * swing), Energy(),
            switching_energy(nand2s(1), technology)};
}

// The line falls back to its reset level after each evaluation.
CellEnergy charge_cell(const MacroParams& params, const Technology& technology,
                       const Device& device) {
    const double volts = technology.supply.value;
    const double unit = device.cell_capacitance.value / dac_units(params);
    const double bit_line = bit_line_capacitance_ff(params.array, technology, device);
    return {femtojoules(unit * volts * volts), Energy(),
            femtojoules(bit_line * volts * device.bit_line_swing.value)};
}

CellEnergy cell_energy(const MacroParams& params, Seconds clock_period,
                       const Technology& technology, const Device& device) {
    if (device.resistive()) return resistive_cell(params, clock_period, technology, device);
    if (device.kind == DeviceKind::charge) return charge_cell(params, technology, device);
    return sram_cell(params, technology, device);
}

// How long the cells take to swing the bit line.
double swing_seconds(const MacroParams& params, double bit_line_ff, const Technology& technology,
                     const Device& device) {
    if (device.kind == DeviceKind::charge)
        return technology.periphery.switch_resistance.value * device.cell_capacitance.value *
               1e-15 * (params.adc.bits + 1) * std::log(2.0);
    const double cell_amperes = device.resistive()
                                    ? device.read_voltage.value / device.on_resistance.value
                                    : device.read_current.value * 1e-6;
    return bit_line_ff * 1e-15 * device.bit_line_swing.value /
           (params.array.rows_active * cell_amperes);
}

}  // namespace

double cell_pitch_um(const Technology& technology, const Device& device) {
    return std::sqrt(device.cell_area.value * technology.calibration.array_area.value);
}

double word_line_capacitance_ff(const ArrayParams& params, const Technology& technology,
                                const Device& device) {
    return params.columns * (device.word_line_capacitance.value +
                             technology.wire.capacitance.value * cell_pitch_um(technology, device));
}

double bit_line_capacitance_ff(const ArrayParams& params, const Technology& technology,
                               const Device& device) {
    return params.rows * (device.bit_line_capacitance.value +
                          technology.wire.capacitance.value * cell_pitch_um(technology, device));
}

Seconds read_time(const MacroParams& params, Seconds clock_period) {
    const int held = params.sample_and_hold.present
                         ? params.sample_and_hold.sample_cycles
                         : params.adc.columns_per_adc * params.adc.conversion_cycles;
    return clock_period * (params.word_line_driver.settle_cycles + held);
}

ComponentCost array_cost(const MacroParams& params, Seconds clock_period,
                         const Technology& technology, const Device& device) {
    const double cells = 1.0 * params.array.rows * params.array.columns;
    const CellEnergy cell = cell_energy(params, clock_period, technology, device);
    const double factor = technology.calibration.array_energy.value;
    ComponentCost cost{kName, 1, {}, {}, {}};
    cost.area =
        square_microns(cells * device.cell_area.value * technology.calibration.array_area.value +
                       2.0 * params.array.columns * device.write_driver_area.value);
    cost.leakage = nanowatts(cells * device.cell_leakage.value);
    cost.events = {{"column_read", factor * cell.column},
                   {"on_cell", factor * cell.on},
                   {"off_cell", factor * cell.off},
                   {"cell_write", femtojoules(device.write_energy.value)}};
    return cost;
}

ComponentCount array_count(const ArrayActivity& activity) {
    return {kName,
            {{"column_read", activity.column_reads},
             {"on_cell", activity.on_cells},
             {"off_cell", activity.active_cells - activity.on_cells},
             {"cell_write", activity.cell_writes}}};
}

Seconds settle_time(const MacroParams& params, const Technology& technology, const Device& device) {
    const double bit_line_ff = bit_line_capacitance_ff(params.array, technology, device);
    const double wire_ohm =
        params.array.rows * technology.wire.resistance.value * cell_pitch_um(technology, device);
    const double time_constants = (params.adc.bits + 1) * std::log(2.0);
    const double wire_s = 0.5 * wire_ohm * bit_line_ff * 1e-15 * time_constants;
    const double swing_s = swing_seconds(params, bit_line_ff, technology, device);
    return Seconds(wire_s + swing_s);
}

}  // namespace cimarron
