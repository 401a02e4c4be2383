// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/sram_buffer_cost.h"

#include "common/error.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

void check_present(const Technology& technology) {
    if (!technology.sram_buffer.present)
        throw UserError(
            fmt::format("technology {}: has no sram_buffer section, so no buffer can be "
                        "priced; CACTI's runs cover 90 to 22 nm",
                        technology.name));
}

// Of a bank.
double size_bits(const SramBufferParams& params) {
    return 8.0 * params.bytes / params.banks;
}

Energy access_energy(const SramBufferParams& params, const Constant& scale,
                     const Constant& port_exponent, const Constant& size_exponent) {
    return picojoules(scale.value * std::pow(params.port_bits, port_exponent.value) *
                      std::pow(size_bits(params), size_exponent.value));
}

}  // namespace

ComponentCost sram_buffer_cost(const std::string& name, const SramBufferParams& params,
                               const Technology& technology) {
    if (params.bytes == 0) return {name, 1, {}, {}, {{"read", {}}, {"write", {}}}};
    check_present(technology);
    const SramBufferTechnology& fit = technology.sram_buffer;
    const double size = size_bits(params);
    const double root = std::sqrt(size);
    ComponentCost cost{name, 1, {}, {}, {}};
    cost.area = params.banks *
                square_microns(fit.area_port.value * params.port_bits + fit.area_size.value * size +
                               fit.area_port_sqrt_size.value * params.port_bits * root);
    cost.leakage = params.banks *
                   nanowatts(fit.leakage_size.value * size + fit.leakage_sqrt_size.value * root);
    cost.events = {{"read", access_energy(params, fit.read_scale, fit.read_port_exponent,
                                          fit.read_size_exponent)},
                   {"write", access_energy(params, fit.write_scale, fit.write_port_exponent,
                                           fit.write_size_exponent)}};
    return cost;
}

ComponentCount sram_buffer_count(const std::string& name, const SramBufferActivity& activity) {
    return {name, {{"read", activity.reads}, {"write", activity.writes}}};
}

Seconds access_time(const SramBufferParams& params, const Technology& technology) {
    if (params.bytes == 0) return {};
    check_present(technology);
    const SramBufferTechnology& fit = technology.sram_buffer;
    return nanoseconds(fit.time_base.value + fit.time_slope.value * std::sqrt(size_bits(params)));
}

}  // namespace cimarron
