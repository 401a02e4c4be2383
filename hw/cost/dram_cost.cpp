// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/dram_cost.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr const char* kName = "dram";
constexpr int kBits = 8;

// Whole periods or bytes up to rounding count as whole.
constexpr double kRounding = 1e-9;

int cycles(const Constant& ns, Seconds period) {
    return std::max(1, static_cast<int>(std::ceil(nanoseconds(ns.value) / period - kRounding)));
}

}  // namespace

ComponentCost dram_cost(const DramParams& params, const Technology& technology) {
    if (!params.present())
        return {kName, 0, {}, {}, {{"activation", {}}, {"byte_read", {}}, {"byte_written", {}}}};
    const DramTechnology& dram = technology.dram;
    const double line = dram.interface_energy.value;
    return {kName,
            1,
            {},
            microwatts(1000 * (dram.standby_power.value + dram.refresh_power.value)),
            {{"activation", picojoules(dram.activation_energy.value)},
             {"byte_read", picojoules(kBits * (dram.read_energy.value + line))},
             {"byte_written", picojoules(kBits * (dram.write_energy.value + line))}}};
}

ComponentCount dram_count(const DramActivity& activity) {
    return {kName,
            {{"activation", activity.activations},
             {"byte_read", activity.bytes_read},
             {"byte_written", activity.bytes_written}}};
}

DramTiming dram_timing(const DramParams& params, Seconds period, const Technology& technology) {
    const DramTechnology& dram = technology.dram;
    const double bits_per_second = params.pins * dram.pin_rate.value * 1e9;
    const double bytes = bits_per_second / kBits * period.value();
    if (bytes + kRounding < 1)
        throw UserError(fmt::format(
            "clock_period_ps: {:.0f} is too short: dram needs {:.0f} ps for a byte over {} pins",
            period.value() * 1e12, std::ceil(kBits / bits_per_second * 1e12), params.pins));
    return {cycles(dram.activate_time, period), cycles(dram.precharge_time, period),
            cycles(dram.access_time, period), static_cast<int>(std::floor(bytes + kRounding))};
}

}  // namespace cimarron
