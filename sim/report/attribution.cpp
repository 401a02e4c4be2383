// SPDX-License-Identifier: Apache-2.0
#include "sim/report/attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cimarron {

namespace {

constexpr std::size_t kLongest = 3;  // parts named in a line

struct Kind {
    const char* name;
    std::int64_t MacroCycles::*state;
    const char* component;  // that macros stall for; nullptr: none
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all = {
        {"converting", &MacroCycles::converting, nullptr},
        {"evaluating", &MacroCycles::evaluating, nullptr},
        {"accumulating", &MacroCycles::accumulating, nullptr},
        {"wait_input", &MacroCycles::wait_input, "tile.input_buffer"},
        {"wait_accumulator", &MacroCycles::wait_accumulator, "tile.post_processing"},
        {"wait_output_buffer", &MacroCycles::wait_output_buffer, "tile.output_buffer"},
        {"wait_network", &MacroCycles::wait_network, "interconnect"},
        {"wait_dependency", &MacroCycles::wait_dependency, nullptr},
        {"programming", &MacroCycles::programming, nullptr},
        {"wait_dram", &MacroCycles::wait_dram, "dram"}};
    return all;
}

std::string percent(double share) {
    return fmt::format("{:.1f}", 100 * share);
}

double path_cycles(const Json& result) {
    double sum = 0;
    for (const Json& step : result.at("critical_path")) sum += step.at("cycles").get<double>();
    return sum;
}

}  // namespace

Json macro_cycles_json(const MacroCycles& cycles) {
    Json json = Json::object();
    for (const Kind& kind : kinds()) json[kind.name] = cycles.*kind.state;
    return json;
}

std::int64_t stalled_macro_cycles(const RunResult& timed, const std::string& component) {
    std::int64_t cycles = 0;
    for (const Kind& kind : kinds())
        if (kind.component != nullptr && component == kind.component)
            for (const StageResult& stage : timed.stages) cycles += stage.macro_cycles.*kind.state;
    return cycles;
}

Json critical_path_json(const Program& program, const RunResult& timed) {
    Json list = Json::array();
    for (const PathStep& step : timed.critical_path)
        list.push_back(
            {{"where", step.where == kHostPath
                           ? "host"
                           : program.stages[static_cast<std::size_t>(step.where)].mvm.name},
             {"cause", name_of(step.cause)},
             {"cycles", step.cycles}});
    return list;
}

Table critical_path_table(const Json& result) {
    Table table{{"where", "cause", "cycles", "%"}, {}};
    const double all = path_cycles(result);
    for (const Json& step : result.at("critical_path"))
        table.rows.push_back({step.at("where").get<std::string>(),
                              step.at("cause").get<std::string>(), step.at("cycles").dump(),
                              percent(step.at("cycles").get<double>() / all)});
    return table;
}

Table stall_table(const Json& result) {
    Table table{{"layer"}, {}};
    for (const Kind& kind : kinds()) table.header.push_back(fmt::format("{} %", kind.name));
    for (const Json& layer : result.at("layers")) {
        const Json& cycles = layer.at("macro_cycles");
        double all = 0;
        for (const Kind& kind : kinds()) all += cycles.at(kind.name).get<double>();
        std::vector<std::string> row = {layer.at("name").get<std::string>()};
        for (const Kind& kind : kinds())
            row.push_back(percent(all > 0 ? cycles.at(kind.name).get<double>() / all : 0));
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
