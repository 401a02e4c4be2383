// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/constant.h"

#include <string>
#include <vector>

namespace cimarron {

// sram: cells discharge a precharged bit line. charge: each SRAM cell drives a capacitor onto a
// shared line. rram, fefet, pcm, mram: cells conduct at a read voltage.
enum class DeviceKind { sram, charge, rram, fefet, pcm, mram };

// How far cells are from ideal; docs/nonidealities.md. Not priced.
struct CellVariation {
    Constant on_sigma;                // of ln G (of the current, of the capacitor) over cells
    Constant read_sigma;              // relative, over reads of a cell
    Constant stuck_at_0, stuck_at_1;  // share of the cells
    // resistive kinds only:
    Constant off_sigma;
    Constant drift_on, drift_off;  // nu of G ~ (t / drift_start)^-nu
    Constant drift_sigma;          // of nu, relative
    Constant drift_start;
};

struct Device {
    std::string name;
    DeviceKind kind = DeviceKind::sram;

    Constant cell_area;
    Constant word_line_capacitance, bit_line_capacitance;  // per cell, without the wire
    Constant word_line_voltage;
    Constant bit_line_swing;  // at the largest column count
    Constant cell_leakage;
    Constant write_energy;       // per cell
    Constant write_time;         // per row, all cells at once
    Constant write_driver_area;  // per line; 0 when the supply suffices to write

    Constant read_current;                                 // sram only
    Constant cell_capacitance;                             // charge only
    Constant read_voltage, on_resistance, off_resistance;  // resistive kinds only

    CellVariation variation;

    bool resistive() const { return kind != DeviceKind::sram && kind != DeviceKind::charge; }
};

// Those its kind has, in the order of the file.
std::vector<Constant> constants(const Device& device);

}  // namespace cimarron
