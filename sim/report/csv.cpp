// SPDX-License-Identifier: Apache-2.0
#include "sim/report/csv.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

constexpr const char* kHeadline[] = {"network",
                                     "activation_bits",
                                     "device",
                                     "images",
                                     "top1",
                                     "macs",
                                     "cycles",
                                     "latency_s",
                                     "energy_j",
                                     "dynamic_energy_j",
                                     "leakage_energy_j",
                                     "area_mm2",
                                     "tops",
                                     "tops_per_w"};

constexpr const char* kRanged[] = {"latency_s", "energy_j", "area_mm2", "tops_per_w"};

// Quoted when it holds a comma, a quote or a line break.
std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string all = "\"";
    for (const char c : text) all += c == '"' ? std::string("\"\"") : std::string(1, c);
    return all + "\"";
}

std::string field(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

bool shown(const std::string& key) {
    return std::find(std::begin(kHeadline), std::end(kHeadline), key) != std::end(kHeadline);
}

bool all_passed(const Json& result) {
    const Json& checks = result.at("checks");
    return std::all_of(checks.begin(), checks.end(),
                       [](const Json& c) { return c.at("passed").get<bool>(); });
}

std::vector<std::string> titles(const Json& results,
                                const std::vector<std::vector<std::string>>& assignments) {
    std::vector<std::string> names;
    if (!assignments.empty())
        for (const std::string& assignment : assignments[0]) {
            const std::string key = assignment.substr(0, assignment.find('='));
            if (!shown(key)) names.push_back(key);
        }
    names.insert(names.end(), std::begin(kHeadline), std::end(kHeadline));
    for (const std::string key : kRanged)
        for (const char* end : {"_low", "_high"}) names.push_back(key + end);
    names.push_back("checks_passed");
    if (!results.empty())
        for (const Json& component : results[0].at("components")) {
            const auto name = component.at("name").get<std::string>();
            names.push_back(name + ".energy_j");
            names.push_back(name + ".area_mm2");
        }
    return names;
}

std::vector<std::string> values(const Json& result, const std::vector<std::string>& assignments) {
    std::vector<std::string> fields;
    for (const std::string& assignment : assignments) {
        const std::size_t equals = assignment.find('=');
        if (!shown(assignment.substr(0, equals))) fields.push_back(assignment.substr(equals + 1));
    }
    for (const char* key : kHeadline) fields.push_back(field(result.at(key)));
    for (const char* key : kRanged)
        for (const std::size_t end : {0, 1})
            fields.push_back(result.contains("ranges") && result.at("ranges").contains(key)
                                 ? field(result.at("ranges").at(key).at(end))
                                 : std::string());
    fields.push_back(all_passed(result) ? "true" : "false");
    for (const Json& component : result.at("components")) {
        const double energy = component.at("dynamic_energy_j").get<double>() +
                              component.at("leakage_energy_j").get<double>();
        fields.push_back(Json(energy).dump());
        fields.push_back(field(component.at("area_mm2")));
    }
    return fields;
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
    std::vector<std::string> cells;
    for (const std::string& text : fields) cells.push_back(quoted(text));
    return fmt::format("{}\n", fmt::join(cells, ","));
}

std::string csv(const Json& results, const std::vector<std::vector<std::string>>& assignments) {
    std::string text = csv_line(titles(results, assignments));
    for (std::size_t i = 0; i < results.size(); ++i)
        text += csv_line(values(
            results[i], i < assignments.size() ? assignments[i] : std::vector<std::string>{}));
    return text;
}

}  // namespace cimarron
