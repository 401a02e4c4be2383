// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/word_line_driver_cost.h"

#include "hw/cost/array_cost.h"
#include "hw/technology/logic.h"

#include <cmath>

namespace cimarron {

namespace {

constexpr const char* kName = "macro.word_line_driver";

Energy dac_energy(int bits, const Technology& technology) {
    if (bits == 1) return Energy();  // the driver itself
    const double volts = technology.supply.value;
    return femtojoules(technology.periphery.dac_energy_per_bit.value * bits * volts * volts);
}

Area dac_area(int bits, const Technology& technology) {
    if (bits == 1) return Area();
    const PeripheryTechnology& periphery = technology.periphery;
    return square_microns(periphery.dac_area.value *
                          std::exp2(bits - periphery.dac_area_bits.value));
}

// The driver's own capacitance as NAND2 inputs; at least one gate.
Gates driver_gates(double line_ff, const Technology& technology) {
    const double own_ff = technology.periphery.driver_capacitance_ratio.value * line_ff;
    return nand2s(1 + own_ff / technology.logic.nand2_capacitance.value);
}

}  // namespace

ComponentCost word_line_driver_cost(const MacroParams& params, const Technology& technology,
                                    const Device& device) {
    const double line_ff = word_line_capacitance_ff(params.array, technology, device);
    const double volts = device.word_line_voltage.value;
    const double with_own = 1 + technology.periphery.driver_capacitance_ratio.value;
    const int bits = params.word_line_driver.dac_bits;
    const Gates gates = driver_gates(line_ff, technology);
    ComponentCost cost{kName, params.array.rows, {}, {}, {}};
    cost.area = params.array.rows * (area(gates, technology) + dac_area(bits, technology) +
                                     square_microns(device.write_driver_area.value));
    cost.leakage = params.array.rows * leakage(gates, technology);
    cost.events = {{"drive", params.array.rows_active * switching_energy(nand2s(1), technology)},
                   {"active_line", technology.calibration.array_energy.value *
                                           femtojoules(with_own * line_ff * volts * volts) +
                                       dac_energy(bits, technology)}};
    return cost;
}

ComponentCount word_line_driver_count(const WordLineDriverActivity& activity) {
    return {kName, {{"drive", activity.drives}, {"active_line", activity.active_lines}}};
}

double buffer_stages(double fan_out, const Technology& technology) {
    const double ratio = technology.periphery.driver_stage_ratio.value;
    return std::max(1.0, std::ceil(std::log(fan_out) / std::log(ratio)));
}

Seconds drive_time(const MacroParams& params, const Technology& technology, const Device& device) {
    const double line_ff = word_line_capacitance_ff(params.array, technology, device);
    const double fan_out = line_ff / technology.logic.nand2_capacitance.value;
    const double stages = buffer_stages(fan_out, technology);
    const double wire_ohm =
        params.array.columns * technology.wire.resistance.value * cell_pitch_um(technology, device);
    return picoseconds(stages * technology.logic.nand2_delay.value) +
           Seconds(0.5 * wire_ohm * line_ff * 1e-15);
}

}  // namespace cimarron
