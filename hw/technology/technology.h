// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/constant.h"

#include <string>
#include <vector>

namespace cimarron {

// Standard cells. Larger blocks are gate counts over these (hw/technology/logic.h).
struct LogicTechnology {
    Constant nand2_area, nand2_energy, nand2_delay, nand2_capacitance;
    Constant xor2_area, xor2_energy, xor2_delay;
    Constant flip_flop_area, flip_flop_energy, flip_flop_delay;
    Constant nand2_leakage;
};

struct WireTechnology {
    Constant capacitance, resistance;  // array wires
    Constant bus_energy;               // repeated wire, per bit, mm and full transition
    Constant bus_toggle_rate;
    Constant bus_pitch;
};

// Closed form in size S and port width P, both in bits, fitted by scripts/fit_sram_buffer.py.
// access energy: scale P^port_exponent S^size_exponent; access time: time_base + time_slope
// sqrt(S). area: area_port P + area_size S + area_port_sqrt_size P sqrt(S). leakage: leakage_size S
// + leakage_sqrt_size sqrt(S).
struct SramBufferTechnology {
    bool present = true;  // false: the file has no fit at this node, and a buffer is an error
    Constant read_scale, read_port_exponent, read_size_exponent;
    Constant write_scale, write_port_exponent, write_size_exponent;
    Constant time_base, time_slope;
    Constant area_port, area_size, area_port_sqrt_size;
    Constant leakage_size, leakage_sqrt_size;
};

// For b bits and the array's rows, at node and supply V, successive approximation:
// energy: node / fit_node (energy_linear b + energy_exponential 4^b) V^2.
// area: 10^(area_exponent_slope b + area_exponent_offset) 2^b.
// time: (time_per_row rows + time_per_bit) a step, b steps.
// The other types are made of comparators, of node / fit_node comparator_energy V^2 a decision, and
// of gates (hw/cost/adc_cost.h).
struct AdcTechnology {
    Constant fit_node;
    Constant energy_linear, energy_exponential;
    Constant area_exponent_slope, area_exponent_offset;
    Constant time_per_row, time_per_bit;
    Constant max_bits;               // the fit's range
    Constant leakage_gates_per_bit;  // NAND2 equivalents of SAR logic
    Constant comparator_area, comparator_energy;
};

// Word-line drivers, DACs of more than one bit, sample-and-hold and mux switches.
struct PeripheryTechnology {
    Constant driver_capacitance_ratio;  // own stages / load
    Constant driver_stage_ratio;        // taper
    Constant dac_energy_per_bit;        // times V^2
    Constant dac_area, dac_area_bits;   // area at dac_area_bits; doubles per bit
    Constant sample_capacitance;
    Constant capacitor_density;
    Constant switch_resistance;
};

// One channel of a DRAM beside the chip, whatever the chip's node. Energies of activation (with the
// precharge that ends it) and of bits come on top of the standby power.
struct DramTechnology {
    Constant activation_energy;
    Constant read_energy, write_energy;  // a bit, array and column path
    Constant interface_energy;           // a bit, driver of the line at whichever end sends
    Constant standby_power, refresh_power;
    Constant activate_time, precharge_time, access_time;
    Constant pin_rate;
};

// Explicit multipliers per class of blocks; 1 means uncalibrated.
struct Calibration {
    Constant array_area, array_energy;
    Constant sense_area, sense_energy;
    Constant digital_area, digital_energy;
    Constant layout_area;  // of a macro's blocks: what pitch matching and spacing leave empty
};

struct Technology {
    std::string name;
    Constant node, supply;
    LogicTechnology logic;
    WireTechnology wire;
    SramBufferTechnology sram_buffer;
    AdcTechnology adc;
    PeripheryTechnology periphery;
    DramTechnology dram;
    Calibration calibration;
};

// All of them, in the order of the file.
std::vector<Constant> constants(const Technology& technology);

}  // namespace cimarron
