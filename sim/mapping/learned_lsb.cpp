// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/learned_lsb.h"

#include "common/error.h"
#include "hw/chip/macro.h"
#include "hw/periphery/adc_bank.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

double learned_lsb(const IntegerNetwork& network, const std::string& layer) {
    const auto found = network.adc_lsb.find(layer);
    if (found != network.adc_lsb.end()) return found->second;
    throw UserError(fmt::format(
        "network {}: layer {} has no learned range of its ADCs, needed by adc.full_scale: "
        "learned; train it on this chip, or use calibrated",
        network.name, layer));
}

}  // namespace

void set_learned_lsb(Program& program, const IntegerNetwork& network,
                     const AcceleratorParams& params) {
    const AdcParams& adc = params.macro.adc;
    if (adc.full_scale != FullScale::learned) return;
    const bool lossless = adc.bits >= lossless_adc_bits(params.macro);
    for (Stage& stage : program.stages) {
        const double lsb = lossless ? 1 : learned_lsb(network, stage.mvm.name);
        stage.set_adc_lsb(std::llround(std::ldexp(lsb, AdcBank::kLsbFractionBits)));
    }
}

}  // namespace cimarron
