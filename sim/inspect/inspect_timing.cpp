// SPDX-License-Identifier: Apache-2.0
#include "sim/inspect/inspect_timing.h"

#include "hw/cost/timing.h"
#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

double in_ps(Seconds time) {
    return time.value() * 1e12;
}

double shortest_period_ps(const TimingPath& path) {
    return std::ceil(in_ps(path.latency) / path.cycles);
}

}  // namespace

std::string inspect_timing(const AcceleratorParams& params, const Technology& technology,
                           const Device& device) {
    const Seconds period = picoseconds(static_cast<double>(params.clock_period_ps));
    const std::vector<TimingPath> digital = digital_paths(params, technology);
    std::vector<TimingPath> paths = analog_paths(params.macro, technology, device);
    paths.insert(paths.end(), digital.begin(), digital.end());
    Table table{{"block", "needs ps", "needs cycles", "has"}, {}};
    std::string fewer;
    for (const TimingPath& path : paths) {
        if (path.name == "macro.sample_and_hold" && !params.macro.sample_and_hold.present) continue;
        const int needed = path.needed(period);
        table.rows.push_back({path.name, fmt::format("{:.0f}", in_ps(path.latency)),
                              std::to_string(needed), std::to_string(path.cycles)});
        if (path.cycles < needed)
            fewer += fmt::format(
                "{} has fewer cycles than these constants ask for: as configured.\n", path.name);
    }
    const TimingPath& limit = *std::max_element(
        digital.begin(), digital.end(),
        [](const auto& a, const auto& b) { return shortest_period_ps(a) < shortest_period_ps(b); });
    return fmt::format("{}\nShortest clock period: {:.0f} ps, for {}; this one: {} ps.\n{}",
                       to_text(table), shortest_period_ps(limit), limit.name,
                       params.clock_period_ps, fewer);
}

}  // namespace cimarron
