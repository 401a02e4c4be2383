// SPDX-License-Identifier: Apache-2.0
#include "sim/report/attribution.h"

#include "sim/result/macro_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cimarron {

namespace {

constexpr std::size_t kLongest = 3;  // parts named in a line

std::string percent(double share) {
    return fmt::format("{:.1f}", 100 * share);
}

double path_cycles(const Json& result) {
    double sum = 0;
    for (const Json& step : result.at("critical_path")) sum += step.at("cycles").get<double>();
    return sum;
}

}  // namespace

Table critical_path_table(const Json& result) {
    Table table = items(result, "critical_path");
    table.header.emplace_back("%");
    const double all = path_cycles(result);
    for (std::size_t i = 0; i < table.rows.size(); ++i)
        table.rows[i].push_back(
            percent(result.at("critical_path")[i].at("cycles").get<double>() / all));
    return table;
}

Table stall_table(const Json& result) {
    Table table{{"layer"}, {}};
    for (const MacroState& state : macro_states())
        table.header.push_back(fmt::format("{} %", state.name));
    for (const Json& layer : result.at("layers")) {
        const Json& cycles = layer.at("macro_cycles");
        double all = 0;
        for (const MacroState& state : macro_states()) all += cycles.at(state.name).get<double>();
        std::vector<std::string> row = {layer.at("name").get<std::string>()};
        for (const MacroState& state : macro_states())
            row.push_back(percent(all > 0 ? cycles.at(state.name).get<double>() / all : 0));
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string critical_path_text(const Json& result) {
    std::vector<Json> steps = result.at("critical_path").get<std::vector<Json>>();
    std::stable_sort(steps.begin(), steps.end(), [](const Json& a, const Json& b) {
        return a.at("cycles").get<std::int64_t>() > b.at("cycles").get<std::int64_t>();
    });
    if (steps.size() > kLongest) steps.resize(kLongest);
    const double all = path_cycles(result);
    std::vector<std::string> parts;
    for (const Json& step : steps)
        parts.push_back(fmt::format("{} {} {} %", step.at("where").get<std::string>(),
                                    step.at("cause").get<std::string>(),
                                    percent(step.at("cycles").get<double>() / all)));
    return fmt::format("  latency is  {}\n", fmt::join(parts, ", "));
}

}  // namespace cimarron
