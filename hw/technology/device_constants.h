// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/constant_key.h"
#include "hw/technology/device.h"

namespace cimarron {

// visit_device(device, f) calls f(ConstantKey, constant) for the priced constants of its kind,
// which must be known: the one list of them. T is Device or const Device.

template <class T, class F>
void visit_cell(T& device, F&& f) {
    f({"", "cell_area", "um2", kPositive, "of one cell"}, device.cell_area);
    f({"", "word_line_capacitance", "fF", kPositive, "a cell's, without the wire"},
      device.word_line_capacitance);
    f({"", "bit_line_capacitance", "fF", kPositive, "a cell's, without the wire"},
      device.bit_line_capacitance);
    f({"", "word_line_voltage", "V", kPositive, "of a driven line"}, device.word_line_voltage);
    f({"", "bit_line_swing", "V", kPositive, "at the largest column count"}, device.bit_line_swing);
    f({"", "cell_leakage", "nW", kNotNegative, "of one cell"}, device.cell_leakage);
    f({"", "write_energy", "fJ", kPositive, "to program one cell"}, device.write_energy);
    f({"", "write_time", "ns", kPositive, "to program one row, all cells at once"},
      device.write_time);
    f({"", "write_driver_area", "um2", kNotNegative, "of a line; 0 where the supply suffices"},
      device.write_driver_area);
}

template <class T, class F>
void visit_resistances(T& device, F&& f) {
    f({"", "read_voltage", "V", kPositive, "across a cell that is read"}, device.read_voltage);
    f({"", "on_resistance", "ohm", kPositive, "of a cell that holds 1"}, device.on_resistance);
    f({"", "off_resistance", "ohm", kPositive, "of one that holds 0, above on_resistance"},
      device.off_resistance);
}

template <class T, class F>
void visit_cell_capacitance(T& device, F&& f) {
    f({"", "cell_capacitance", "fF", kPositive, "of a cell's capacitor"}, device.cell_capacitance);
}

template <class T, class F>
void visit_read_current(T& device, F&& f) {
    f({"", "read_current", "uA", kPositive, "of a cell that holds 1"}, device.read_current);
}

template <class T, class F>
void visit_device(T& device, F&& f) {
    visit_cell(device, f);
    if (device.resistive())
        visit_resistances(device, f);
    else if (device.kind == DeviceKind::charge)
        visit_cell_capacitance(device, f);
    else
        visit_read_current(device, f);
}

// What is not priced: apart, so that it leaves no range open in prices.
template <class T, class F>
void visit_any_variation(T& v, F&& f) {
    const char* s = "variation";
    f({s, "on_sigma", "%", kNotNegative, "of ln G of a cell at 1, over cells"}, v.on_sigma);
    f({s, "read_sigma", "%", kNotNegative, "of a cell's current, over its reads"}, v.read_sigma);
    f({s, "stuck_at_0", "%", kNotNegative, "share of the cells"}, v.stuck_at_0);
    f({s, "stuck_at_1", "%", kNotNegative, "share of the cells"}, v.stuck_at_1);
}

template <class T, class F>
void visit_resistive_variation(T& v, F&& f) {
    const char* s = "variation";
    f({s, "off_sigma", "%", kNotNegative, "of ln G of a cell at 0, over cells"}, v.off_sigma);
    f({s, "drift_on", "1", kNotNegative, "n of G ~ (t / drift_start)^-n of a cell at 1"},
      v.drift_on);
    f({s, "drift_off", "1", kNotNegative, "n of a cell at 0"}, v.drift_off);
    f({s, "drift_sigma", "%", kNotNegative, "of n, over cells"}, v.drift_sigma);
    f({s, "drift_start", "s", kPositive, "until then conductances stay"}, v.drift_start);
}

template <class T, class F>
void visit_variation(T& device, F&& f) {
    visit_any_variation(device.variation, f);
    if (device.resistive()) visit_resistive_variation(device.variation, f);
}

}  // namespace cimarron
