// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_cost.h"

#include "common/error.h"
#include "hw/cost/logic.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

constexpr const char* kName = "macro.adc";

void check_range(int bits, const AdcTechnology& adc) {
    if (bits >= 1 && bits <= adc.max_bits.value) return;
    throw UserError(
        fmt::format("macro.adc.bits: {} is outside the cost model's range: the ADC form was fitted "
                    "on 1 to {} bits",
                    bits, adc.max_bits.value));
}

Area one_area(int bits, const Technology& technology) {
    const AdcTechnology& adc = technology.adc;
    const double exponent = adc.area_exponent_slope.value * bits + adc.area_exponent_offset.value;
    return square_microns(technology.calibration.sense_area.value * std::pow(10.0, exponent) *
                          std::exp2(bits));
}

Energy conversion_energy(int bits, const Technology& technology) {
    const AdcTechnology& adc = technology.adc;
    const double volts = technology.supply.value;
    return femtojoules(
        technology.calibration.sense_energy.value * technology.node.value / adc.fit_node.value *
        (adc.energy_linear.value * bits + adc.energy_exponential.value * std::exp2(2 * bits)) *
        volts * volts);
}

}  // namespace

ComponentCost adc_cost(const MacroParams& params, const Technology& technology) {
    const int bits = params.adc.bits;
    check_range(bits, technology.adc);
    const Gates leaking = nand2s(technology.adc.leakage_gates_per_bit.value * bits);
    return replicate({kName,
                      1,
                      one_area(bits, technology),
                      leakage(leaking, technology),
                      {{"conversion", conversion_energy(bits, technology)}}},
                     params.adcs());
}

ComponentCount adc_count(const AdcActivity& activity) {
    return {kName, {{"conversion", activity.conversions}}};
}

Seconds conversion_time(const MacroParams& params, const Technology& technology) {
    const AdcTechnology& adc = technology.adc;
    check_range(params.adc.bits, adc);
    return nanoseconds(conversion_steps(params.adc) *
                       (adc.time_per_row.value * params.array.rows + adc.time_per_bit.value));
}

}  // namespace cimarron
