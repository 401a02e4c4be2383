// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/device.h"
#include "hw/technology/technology.h"

#include <limits>

namespace cimarron {

// The smallest value a constant may have.
constexpr double kPositive = std::numeric_limits<double>::min();
constexpr double kNotNegative = 0;
constexpr double kAny = std::numeric_limits<double>::lowest();

// Calls f(section, key, unit, least, constant) for every constant: the one list of them, with the
// unit the formulas expect. T is Technology or const Technology.
template <class T, class F>
void visit_logic(T& logic, F&& f) {
    const char* s = "logic";
    f(s, "nand2_area", "um2", kPositive, logic.nand2_area);
    f(s, "nand2_energy", "fJ", kPositive, logic.nand2_energy);
    f(s, "nand2_delay", "ps", kPositive, logic.nand2_delay);
    f(s, "nand2_capacitance", "fF", kPositive, logic.nand2_capacitance);
    f(s, "nand2_leakage", "nW", kNotNegative, logic.nand2_leakage);
    f(s, "xor2_area", "um2", kPositive, logic.xor2_area);
    f(s, "xor2_energy", "fJ", kPositive, logic.xor2_energy);
    f(s, "xor2_delay", "ps", kPositive, logic.xor2_delay);
    f(s, "flip_flop_area", "um2", kPositive, logic.flip_flop_area);
    f(s, "flip_flop_energy", "fJ", kPositive, logic.flip_flop_energy);
    f(s, "flip_flop_delay", "ps", kPositive, logic.flip_flop_delay);
}

template <class T, class F>
void visit_wire(T& wire, F&& f) {
    const char* s = "wire";
    f(s, "capacitance", "fF/um", kPositive, wire.capacitance);
    f(s, "resistance", "ohm/um", kPositive, wire.resistance);
    f(s, "bus_energy", "pJ/bit/mm", kPositive, wire.bus_energy);
    f(s, "bus_toggle_rate", "1", kPositive, wire.bus_toggle_rate);
    f(s, "bus_pitch", "um", kPositive, wire.bus_pitch);
}

template <class T, class F>
void visit_sram_buffer(T& buffer, F&& f) {
    const char* s = "sram_buffer";
    f(s, "read_scale", "pJ", kPositive, buffer.read_scale);
    f(s, "read_port_exponent", "1", kPositive, buffer.read_port_exponent);
    f(s, "read_size_exponent", "1", kPositive, buffer.read_size_exponent);
    f(s, "write_scale", "pJ", kPositive, buffer.write_scale);
    f(s, "write_port_exponent", "1", kPositive, buffer.write_port_exponent);
    f(s, "write_size_exponent", "1", kPositive, buffer.write_size_exponent);
    f(s, "time_base", "ns", kPositive, buffer.time_base);
    f(s, "time_slope", "ns", kPositive, buffer.time_slope);
    f(s, "area_port", "um2", kNotNegative, buffer.area_port);
    f(s, "area_size", "um2", kPositive, buffer.area_size);
    f(s, "area_port_sqrt_size", "um2", kNotNegative, buffer.area_port_sqrt_size);
    f(s, "leakage_size", "nW", kPositive, buffer.leakage_size);
    f(s, "leakage_sqrt_size", "nW", kNotNegative, buffer.leakage_sqrt_size);
}

template <class T, class F>
void visit_adc(T& adc, F&& f) {
    const char* s = "adc";
    f(s, "fit_node", "nm", kPositive, adc.fit_node);
    f(s, "energy_linear", "fJ/V2", kPositive, adc.energy_linear);
    f(s, "energy_exponential", "fJ/V2", kPositive, adc.energy_exponential);
    f(s, "area_exponent_slope", "1", kAny, adc.area_exponent_slope);
    f(s, "area_exponent_offset", "1", kAny, adc.area_exponent_offset);
    f(s, "time_per_row", "ns", kPositive, adc.time_per_row);
    f(s, "time_per_bit", "ns", kPositive, adc.time_per_bit);
    f(s, "max_bits", "1", kPositive, adc.max_bits);
    f(s, "leakage_gates_per_bit", "1", kNotNegative, adc.leakage_gates_per_bit);
    f(s, "comparator_area", "um2", kPositive, adc.comparator_area);
    f(s, "comparator_energy", "fJ/V2", kPositive, adc.comparator_energy);
}

template <class T, class F>
void visit_periphery(T& periphery, F&& f) {
    const char* s = "periphery";
    f(s, "driver_capacitance_ratio", "1", kPositive, periphery.driver_capacitance_ratio);
    f(s, "driver_stage_ratio", "1", 1.5, periphery.driver_stage_ratio);
    f(s, "dac_energy_per_bit", "fJ/V2", kPositive, periphery.dac_energy_per_bit);
    f(s, "dac_area", "um2", kPositive, periphery.dac_area);
    f(s, "dac_area_bits", "1", kPositive, periphery.dac_area_bits);
    f(s, "sample_capacitance", "fF", kPositive, periphery.sample_capacitance);
    f(s, "capacitor_density", "fF/um2", kPositive, periphery.capacitor_density);
    f(s, "switch_resistance", "ohm", kPositive, periphery.switch_resistance);
}

template <class T, class F>
void visit_dram(T& dram, F&& f) {
    const char* s = "dram";
    f(s, "activation_energy", "pJ", kPositive, dram.activation_energy);
    f(s, "read_energy", "pJ/bit", kPositive, dram.read_energy);
    f(s, "write_energy", "pJ/bit", kPositive, dram.write_energy);
    f(s, "interface_energy", "pJ/bit", kPositive, dram.interface_energy);
    f(s, "standby_power", "mW", kNotNegative, dram.standby_power);
    f(s, "refresh_power", "mW", kNotNegative, dram.refresh_power);
    f(s, "activate_time", "ns", kPositive, dram.activate_time);
    f(s, "precharge_time", "ns", kPositive, dram.precharge_time);
    f(s, "access_time", "ns", kPositive, dram.access_time);
    f(s, "pin_rate", "Gb/s", kPositive, dram.pin_rate);
}

template <class T, class F>
void visit_calibration(T& calibration, F&& f) {
    const char* s = "calibration";
    f(s, "array_area", "1", kPositive, calibration.array_area);
    f(s, "array_energy", "1", kPositive, calibration.array_energy);
    f(s, "sense_area", "1", kPositive, calibration.sense_area);
    f(s, "sense_energy", "1", kPositive, calibration.sense_energy);
    f(s, "digital_area", "1", kPositive, calibration.digital_area);
    f(s, "digital_energy", "1", kPositive, calibration.digital_energy);
    f(s, "layout_area", "1", kPositive, calibration.layout_area);
}

// Constants at the top of the file have the empty section.
template <class T, class F>
void visit_technology(T& technology, F&& f) {
    f("", "node", "nm", kPositive, technology.node);
    f("", "supply", "V", kPositive, technology.supply);
    visit_logic(technology.logic, f);
    visit_wire(technology.wire, f);
    if (technology.sram_buffer.present) visit_sram_buffer(technology.sram_buffer, f);
    visit_adc(technology.adc, f);
    visit_periphery(technology.periphery, f);
    visit_dram(technology.dram, f);
    visit_calibration(technology.calibration, f);
}

// Only those of its kind, which must be known.
template <class T, class F>
void visit_device(T& device, F&& f) {
    f("", "cell_area", "um2", kPositive, device.cell_area);
    f("", "word_line_capacitance", "fF", kPositive, device.word_line_capacitance);
    f("", "bit_line_capacitance", "fF", kPositive, device.bit_line_capacitance);
    f("", "word_line_voltage", "V", kPositive, device.word_line_voltage);
    f("", "bit_line_swing", "V", kPositive, device.bit_line_swing);
    f("", "cell_leakage", "nW", kNotNegative, device.cell_leakage);
    f("", "write_energy", "fJ", kPositive, device.write_energy);
    f("", "write_time", "ns", kPositive, device.write_time);
    f("", "write_driver_area", "um2", kNotNegative, device.write_driver_area);
    if (device.resistive()) {
        f("", "read_voltage", "V", kPositive, device.read_voltage);
        f("", "on_resistance", "ohm", kPositive, device.on_resistance);
        f("", "off_resistance", "ohm", kPositive, device.off_resistance);
    } else if (device.kind == DeviceKind::charge) {
        f("", "cell_capacitance", "fF", kPositive, device.cell_capacitance);
    } else {
        f("", "read_current", "uA", kPositive, device.read_current);
    }
}

// What is not priced: apart, so that it leaves no range open in prices.
template <class T, class F>
void visit_variation(T& device, F&& f) {
    const char* s = "variation";
    auto& v = device.variation;
    f(s, "on_sigma", "%", kNotNegative, v.on_sigma);
    f(s, "read_sigma", "%", kNotNegative, v.read_sigma);
    f(s, "stuck_at_0", "%", kNotNegative, v.stuck_at_0);
    f(s, "stuck_at_1", "%", kNotNegative, v.stuck_at_1);
    if (!device.resistive()) return;
    f(s, "off_sigma", "%", kNotNegative, v.off_sigma);
    f(s, "drift_on", "1", kNotNegative, v.drift_on);
    f(s, "drift_off", "1", kNotNegative, v.drift_off);
    f(s, "drift_sigma", "%", kNotNegative, v.drift_sigma);
    f(s, "drift_start", "s", kPositive, v.drift_start);
}

}  // namespace cimarron
