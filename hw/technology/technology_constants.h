// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/constant_key.h"
#include "hw/technology/technology.h"

namespace cimarron {

// visit_technology(technology, f) calls f(ConstantKey, constant) for every constant: the one list
// of them. T is Technology or const Technology; f takes the constant by reference.

template <class T, class F>
void visit_logic(T& logic, F&& f) {
    const char* s = "logic";
    f({s, "nand2_area", "um2", kPositive, "a two-input NAND"}, logic.nand2_area);
    f({s, "nand2_energy", "fJ", kPositive, "of one switching"}, logic.nand2_energy);
    f({s, "nand2_delay", "ps", kPositive, "of one gate"}, logic.nand2_delay);
    f({s, "nand2_capacitance", "fF", kPositive, "of one input"}, logic.nand2_capacitance);
    f({s, "nand2_leakage", "nW", kNotNegative, "of one gate"}, logic.nand2_leakage);
    f({s, "xor2_area", "um2", kPositive, "a two-input XOR"}, logic.xor2_area);
    f({s, "xor2_energy", "fJ", kPositive, "of one switching"}, logic.xor2_energy);
    f({s, "xor2_delay", "ps", kPositive, "input to output"}, logic.xor2_delay);
    f({s, "flip_flop_area", "um2", kPositive, "a D flip-flop"}, logic.flip_flop_area);
    f({s, "flip_flop_energy", "fJ", kPositive, "of one switching"}, logic.flip_flop_energy);
    f({s, "flip_flop_delay", "ps", kPositive, "set-up and clock to output"}, logic.flip_flop_delay);
}

template <class T, class F>
void visit_wire(T& wire, F&& f) {
    const char* s = "wire";
    f({s, "capacitance", "fF/um", kPositive, "of the array's wires"}, wire.capacitance);
    f({s, "resistance", "ohm/um", kPositive, "of the array's wires"}, wire.resistance);
    f({s, "bus_energy", "pJ/bit/mm", kPositive, "a repeated wire, of a full transition"},
      wire.bus_energy);
    f({s, "bus_toggle_rate", "1", kPositive, "share of its bits that change"},
      wire.bus_toggle_rate);
    f({s, "bus_pitch", "um", kPositive, "from one repeated wire to the next"}, wire.bus_pitch);
}

// In size S and port width P, both in bits.
template <class T, class F>
void visit_sram_buffer(T& buffer, F&& f) {
    const char* s = "sram_buffer";
    f({s, "read_scale", "pJ", kPositive, "k of a read's energy k P^p S^s"}, buffer.read_scale);
    f({s, "read_port_exponent", "1", kPositive, "p of it"}, buffer.read_port_exponent);
    f({s, "read_size_exponent", "1", kPositive, "s of it"}, buffer.read_size_exponent);
    f({s, "write_scale", "pJ", kPositive, "k of a write's energy k P^p S^s"}, buffer.write_scale);
    f({s, "write_port_exponent", "1", kPositive, "p of it"}, buffer.write_port_exponent);
    f({s, "write_size_exponent", "1", kPositive, "s of it"}, buffer.write_size_exponent);
    f({s, "time_base", "ns", kPositive, "a of the access time a + b sqrt(S)"}, buffer.time_base);
    f({s, "time_slope", "ns", kPositive, "b of it"}, buffer.time_slope);
    f({s, "area_port", "um2", kNotNegative, "a of the area a P + b S + c P sqrt(S)"},
      buffer.area_port);
    f({s, "area_size", "um2", kPositive, "b of it"}, buffer.area_size);
    f({s, "area_port_sqrt_size", "um2", kNotNegative, "c of it"}, buffer.area_port_sqrt_size);
    f({s, "leakage_size", "nW", kPositive, "a of the leakage a S + b sqrt(S)"},
      buffer.leakage_size);
    f({s, "leakage_sqrt_size", "nW", kNotNegative, "b of it"}, buffer.leakage_sqrt_size);
}

// Of b bits, at node N and supply V.
template <class T, class F>
void visit_adc(T& adc, F&& f) {
    const char* s = "adc";
    f({s, "fit_node", "nm", kPositive, "F, the node that the energies hold at"}, adc.fit_node);
    f({s, "energy_linear", "fJ/V2", kPositive,
       "x of a conversion's energy N / F (x b + y 4^b) V^2; without y: cyclic"},
      adc.energy_linear);
    f({s, "energy_exponential", "fJ/V2", kPositive, "y of it"}, adc.energy_exponential);
    f({s, "area_exponent_slope", "1", kAny, "x of a sar converter's area 10^(x b + y) 2^b um2"},
      adc.area_exponent_slope);
    f({s, "area_exponent_offset", "1", kAny, "y of it"}, adc.area_exponent_offset);
    f({s, "time_per_row", "ns", kPositive, "of a comparison, for each row of the array"},
      adc.time_per_row);
    f({s, "time_per_bit", "ns", kPositive, "of a comparison, whatever the rows"}, adc.time_per_bit);
    f({s, "max_bits", "1", kPositive, "the most bits that the fit holds for"}, adc.max_bits);
    f({s, "leakage_gates_per_bit", "1", kNotNegative, "NAND2 equivalents of a converter's logic"},
      adc.leakage_gates_per_bit);
    f({s, "comparator_area", "um2", kPositive, "of flash, ramp and cyclic converters"},
      adc.comparator_area);
    f({s, "comparator_energy", "fJ/V2", kPositive, "of a decision, times N / F and V^2"},
      adc.comparator_energy);
}

template <class T, class F>
void visit_periphery(T& periphery, F&& f) {
    const char* s = "periphery";
    f({s, "driver_capacitance_ratio", "1", kPositive, "a driver's own stages over its load"},
      periphery.driver_capacitance_ratio);
    f({s, "driver_stage_ratio", "1", 1.5, "a driver's stage over the one before"},
      periphery.driver_stage_ratio);
    f({s, "dac_energy_per_bit", "fJ/V2", kPositive, "of a word line's DAC, times V^2"},
      periphery.dac_energy_per_bit);
    f({s, "dac_area", "um2", kPositive, "of a DAC of dac_area_bits"}, periphery.dac_area);
    f({s, "dac_area_bits", "1", kPositive, "where it holds; each further bit doubles it"},
      periphery.dac_area_bits);
    f({s, "sample_capacitance", "fF", kPositive, "of a sample-and-hold"},
      periphery.sample_capacitance);
    f({s, "capacitor_density", "fF/um2", kPositive, "of its capacitor"},
      periphery.capacitor_density);
    f({s, "switch_resistance", "ohm", kPositive, "of sampling and multiplexer switches"},
      periphery.switch_resistance);
}

template <class T, class F>
void visit_dram(T& dram, F&& f) {
    const char* s = "dram";
    f({s, "activation_energy", "pJ", kPositive, "a row opened and closed, above standby"},
      dram.activation_energy);
    f({s, "read_energy", "pJ/bit", kPositive, "array and column path"}, dram.read_energy);
    f({s, "write_energy", "pJ/bit", kPositive, "array and column path"}, dram.write_energy);
    f({s, "interface_energy", "pJ/bit", kPositive, "the line's driver, at whichever end sends"},
      dram.interface_energy);
    f({s, "standby_power", "mW", kNotNegative, "of the channel, always"}, dram.standby_power);
    f({s, "refresh_power", "mW", kNotNegative, "of the channel, always"}, dram.refresh_power);
    f({s, "activate_time", "ns", kPositive, "from the command to an open row"}, dram.activate_time);
    f({s, "precharge_time", "ns", kPositive, "to close it, until another can be opened"},
      dram.precharge_time);
    f({s, "access_time", "ns", kPositive, "from the command to the first byte"}, dram.access_time);
    f({s, "pin_rate", "Gb/s", kPositive, "of one data pin"}, dram.pin_rate);
}

// 1 changes nothing.
template <class T, class F>
void visit_calibration(T& calibration, F&& f) {
    const char* s = "calibration";
    f({s, "array_area", "1", kPositive, "multiplies the area of arrays"}, calibration.array_area);
    f({s, "array_energy", "1", kPositive, "the energy of arrays and word lines"},
      calibration.array_energy);
    f({s, "sense_area", "1", kPositive, "the area of converters and sampling"},
      calibration.sense_area);
    f({s, "sense_energy", "1", kPositive, "the energy of converters and sampling"},
      calibration.sense_energy);
    f({s, "digital_area", "1", kPositive, "the area of digital logic"}, calibration.digital_area);
    f({s, "digital_energy", "1", kPositive, "the energy of digital logic"},
      calibration.digital_energy);
    f({s, "layout_area", "1", kPositive, "a macro's area: what pitch matching leaves empty"},
      calibration.layout_area);
}

// What the others hold at.
template <class T, class F>
void visit_operating_point(T& technology, F&& f) {
    f({"", "node", "nm", kPositive, "the feature size"}, technology.node);
    f({"", "supply", "V", kPositive, "the voltage that the constants hold at"}, technology.supply);
}

template <class T, class F>
void visit_technology(T& technology, F&& f) {
    visit_operating_point(technology, f);
    visit_logic(technology.logic, f);
    visit_wire(technology.wire, f);
    if (technology.sram_buffer.present) visit_sram_buffer(technology.sram_buffer, f);
    visit_adc(technology.adc, f);
    visit_periphery(technology.periphery, f);
    visit_dram(technology.dram, f);
    visit_calibration(technology.calibration, f);
}

}  // namespace cimarron
