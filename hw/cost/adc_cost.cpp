// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/adc_cost.h"

#include "common/error.h"
#include "hw/technology/logic.h"

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

// One converter, and what all converters of a macro share.
struct AdcPrice {
    Area area;
    Gates gates;
    Energy conversion, code_step;
    Area shared;
    Gates shared_gates;
};

// Of an energy in fJ/V2 at the fit's node.
Energy at_node(double energy, const Technology& technology) {
    const double volts = technology.supply.value;
    return femtojoules(technology.calibration.sense_energy.value * technology.node.value /
                       technology.adc.fit_node.value * energy * volts * volts);
}

Area sense_area(double um2, const Technology& technology) {
    return square_microns(technology.calibration.sense_area.value * um2);
}

AdcPrice sar(int bits, const Technology& technology) {
    const AdcTechnology& adc = technology.adc;
    const double exponent = adc.area_exponent_slope.value * bits + adc.area_exponent_offset.value;
    AdcPrice price;
    price.area = sense_area(std::pow(10.0, exponent) * std::exp2(bits), technology);
    price.gates = nand2s(adc.leakage_gates_per_bit.value * bits);
    price.conversion =
        at_node(adc.energy_linear.value * bits + adc.energy_exponential.value * std::exp2(2 * bits),
                technology);
    return price;
}

AdcPrice cyclic(int bits, const Technology& technology) {
    const PeripheryTechnology& periphery = technology.periphery;
    const double capacitor = periphery.sample_capacitance.value / periphery.capacitor_density.value;
    AdcPrice price;
    price.gates = nand2s(technology.adc.leakage_gates_per_bit.value * bits);
    price.area = sense_area(2 * technology.adc.comparator_area.value + 2 * capacitor, technology) +
                 area(price.gates, technology);
    price.conversion = at_node(technology.adc.energy_linear.value * bits, technology);
    return price;
}

AdcPrice flash(int bits, const Technology& technology) {
    const double comparators = std::exp2(bits) - 1;
    constexpr double kGatesPerCode = 3;  // finds the edge of the thermometer code, and encodes it
    AdcPrice price;
    price.gates = bits == 1 ? Gates{} : nand2s(kGatesPerCode * comparators);
    price.area = sense_area(comparators * technology.adc.comparator_area.value, technology) +
                 area(price.gates, technology);
    price.conversion = at_node(comparators * technology.adc.comparator_energy.value, technology) +
                       switching_energy(price.gates, technology);
    return price;
}

AdcPrice ramp(int bits, double adcs, const Technology& technology) {
    const PeripheryTechnology& periphery = technology.periphery;
    const double volts = technology.supply.value;
    constexpr double kTogglesPerCount = 2;
    AdcPrice price;
    price.gates = flip_flops(bits) + nand2s(bits);
    price.area = sense_area(technology.adc.comparator_area.value, technology) +
                 area(price.gates, technology);
    price.shared_gates = flip_flops(bits) + adder(bits);
    price.shared =
        sense_area(periphery.dac_area.value * std::exp2(bits - periphery.dac_area_bits.value),
                   technology) +
        area(price.shared_gates, technology);
    const Energy counter =
        std::exp2(bits) * kTogglesPerCount * switching_energy(flip_flops(1), technology);
    const Energy dac = femtojoules(technology.calibration.sense_energy.value *
                                   periphery.dac_energy_per_bit.value * bits * volts * volts);
    price.conversion = switching_energy(price.gates, technology) + (counter + dac) / adcs;
    price.code_step = at_node(technology.adc.comparator_energy.value, technology);
    return price;
}

AdcPrice price_of(const MacroParams& params, const Technology& technology) {
    const int bits = params.adc.bits;
    switch (params.adc.type) {
        case AdcType::sar:
            return sar(bits, technology);
        case AdcType::cyclic:
            return cyclic(bits, technology);
        case AdcType::ramp:
            return ramp(bits, params.adcs(), technology);
        case AdcType::flash:
        case AdcType::sense_amplifier:
            break;
    }
    return flash(bits, technology);
}

}  // namespace

ComponentCost adc_cost(const MacroParams& params, const Technology& technology) {
    check_range(params.adc.bits, technology.adc);
    const AdcPrice price = price_of(params, technology);
    ComponentCost cost =
        replicate({kName,
                   1,
                   price.area,
                   leakage(price.gates, technology),
                   {{"conversion", price.conversion}, {"code_step", price.code_step}}},
                  params.adcs());
    cost.area += price.shared;
    cost.leakage += leakage(price.shared_gates, technology);
    return cost;
}

ComponentCount adc_count(const AdcActivity& activity) {
    return {kName,
            {{"conversion", activity.conversions},
             {"code_step", activity.code_sum + activity.conversions}}};
}

Seconds conversion_time(const MacroParams& params, const Technology& technology) {
    const AdcTechnology& adc = technology.adc;
    check_range(params.adc.bits, adc);
    return nanoseconds(conversion_steps(params.adc) *
                       (adc.time_per_row.value * params.array.rows + adc.time_per_bit.value));
}

}  // namespace cimarron
