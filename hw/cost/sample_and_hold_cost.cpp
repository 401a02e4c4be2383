// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/sample_and_hold_cost.h"

#include "hw/technology/logic.h"

#include <cmath>

namespace cimarron {

namespace {
constexpr const char* kName = "macro.sample_and_hold";
}

// The switch, a transmission gate with its inverter, is four transistors like a NAND2.
ComponentCost sample_and_hold_cost(const MacroParams& params, const Technology& technology) {
    const PeripheryTechnology& periphery = technology.periphery;
    const double volts = technology.supply.value;
    const int columns = params.sample_and_hold.present ? params.array.columns : 0;
    const Area capacitor =
        square_microns(technology.calibration.sense_area.value *
                       periphery.sample_capacitance.value / periphery.capacitor_density.value);
    const Energy charge = femtojoules(technology.calibration.sense_energy.value *
                                      periphery.sample_capacitance.value * volts * volts);
    return {kName,
            columns,
            columns * (capacitor + area(nand2s(1), technology)),
            columns * leakage(nand2s(1), technology),
            {{"sample", charge + switching_energy(nand2s(1), technology)}}};
}

ComponentCount sample_and_hold_count(const SampleAndHoldActivity& activity) {
    return {kName, {{"sample", activity.samples}}};
}

Seconds sample_time(const MacroParams& params, const Technology& technology) {
    const PeripheryTechnology& periphery = technology.periphery;
    const double time_constants = (params.adc.bits + 1) * std::log(2.0);
    return picoseconds(technology.logic.nand2_delay.value) +
           Seconds(periphery.switch_resistance.value * periphery.sample_capacitance.value * 1e-15 *
                   time_constants);
}

}  // namespace cimarron
