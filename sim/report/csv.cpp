// SPDX-License-Identifier: Apache-2.0
#include "sim/report/csv.h"

#include "sim/result/result_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace cimarron {

namespace {

// A title, and a result's value under it, if it has one.
struct Column {
    std::string title;
    std::function<std::optional<Json>(const Json&)> value;
};
using Columns = std::vector<Column>;
using Assignments = std::vector<std::vector<std::string>>;

// Quoted when it holds a comma, a quote or a line break.
std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string all = "\"";
    for (const char c : text) all += c == '"' ? std::string("\"\"") : std::string(1, c);
    return all + "\"";
}

std::string field(const std::optional<Json>& value) {
    if (!value) return {};
    return value->is_string() ? value->get<std::string>() : value->dump();
}

std::optional<Json> at(const Json& result, const std::string& path) {
    std::string pointer = "/" + path;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    const Json::json_pointer place(pointer);
    return result.contains(place) ? std::optional<Json>(result.at(place)) : std::nullopt;
}

bool has_one_value(const ResultKey& key) {
    return key.compared == Compared::always && key.path.find("[]") == std::string::npos &&
           (key.type == ResultType::text || key.type == ResultType::flag ||
            key.type == ResultType::integer || key.type == ResultType::number);
}

// What a result says once, by its descriptions: values, then ranges.
void add_figures(const Json& results, Columns& columns) {
    const auto some = [&results](const std::string& path) {
        return std::any_of(results.begin(), results.end(),
                           [&](const Json& r) { return at(r, path).has_value(); });
    };
    for (const ResultKey& key : result_keys())
        if (has_one_value(key) && (key.always || some(key.path)))
            columns.push_back({key.path, [path = key.path](const Json& r) { return at(r, path); }});
    for (const ResultKey& key : result_keys()) {
        const std::string above = "ranges.";
        if (key.type != ResultType::range || key.path.rfind(above, 0) != 0) continue;
        for (const std::size_t end : {0, 1})
            columns.push_back({key.path.substr(above.size()) + (end == 0 ? "_low" : "_high"),
                               [path = key.path, end](const Json& r) -> std::optional<Json> {
                                   const std::optional<Json> range = at(r, path);
                                   if (!range) return std::nullopt;
                                   return range->at(end);
                               }});
    }
}

bool all_passed(const Json& result) {
    const Json& checks = result.at("checks");
    return std::all_of(checks.begin(), checks.end(),
                       [](const Json& c) { return c.at("passed").get<bool>(); });
}

const Json* component(const Json& result, const std::string& name) {
    for (const Json& one : result.at("components"))
        if (one.at("name") == name) return &one;
    return nullptr;
}

// Those of all results, in order of first appearance: other chips have others.
void add_components(const Json& results, Columns& columns) {
    std::vector<std::string> names;
    for (const Json& result : results)
        for (const Json& one : result.at("components")) {
            const auto name = one.at("name").get<std::string>();
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
    for (const std::string& name : names) {
        columns.push_back({name + ".energy_j", [name](const Json& r) -> std::optional<Json> {
                               const Json* c = component(r, name);
                               if (c == nullptr) return std::nullopt;
                               return c->at("dynamic_energy_j").get<double>() +
                                      c->at("leakage_energy_j").get<double>();
                           }});
        columns.push_back({name + ".area_mm2", [name](const Json& r) -> std::optional<Json> {
                               const Json* c = component(r, name);
                               if (c == nullptr) return std::nullopt;
                               return c->at("area_mm2");
                           }});
    }
}

Columns columns_of(const Json& results) {
    Columns columns;
    add_figures(results, columns);
    columns.push_back({"checks_passed", [](const Json& r) { return Json(all_passed(r)); }});
    add_components(results, columns);
    return columns;
}

// An assigned key that some column is named after tells points apart by that column, unless two of
// its values give the same there, as two networks of one name do.
bool told_apart(std::size_t index, const Column& column, const Json& results,
                const Assignments& assignments) {
    std::map<std::string, std::set<std::string>> assigned;
    for (std::size_t i = 0; i < results.size(); ++i)
        assigned[field(column.value(results[i]))].insert(assignments[i][index]);
    return std::all_of(assigned.begin(), assigned.end(),
                       [](const auto& one) { return one.second.size() == 1; });
}

// The title of the column of each assigned key, empty where it needs none.
std::vector<std::string> assigned_titles(const Columns& columns, const Json& results,
                                         const Assignments& assignments) {
    std::vector<std::string> titles;
    if (assignments.empty()) return titles;
    for (std::size_t k = 0; k < assignments[0].size(); ++k) {
        const std::string key = assignments[0][k].substr(0, assignments[0][k].find('='));
        const auto own = std::find_if(columns.begin(), columns.end(),
                                      [&key](const Column& c) { return c.title == key; });
        if (own == columns.end())
            titles.push_back(key);
        else
            titles.push_back(told_apart(k, *own, results, assignments) ? "" : "vary." + key);
    }
    return titles;
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
    std::vector<std::string> cells;
    for (const std::string& text : fields) cells.push_back(quoted(text));
    return fmt::format("{}\n", fmt::join(cells, ","));
}

std::string csv(const Json& results, const Assignments& assignments) {
    const Columns columns = columns_of(results);
    const std::vector<std::string> assigned = assigned_titles(columns, results, assignments);
    std::vector<std::string> header;
    for (const std::string& title : assigned)
        if (!title.empty()) header.push_back(title);
    for (const Column& column : columns) header.push_back(column.title);
    std::string text = csv_line(header);
    for (std::size_t i = 0; i < results.size(); ++i) {
        std::vector<std::string> fields;
        for (std::size_t k = 0; k < assigned.size(); ++k)
            if (!assigned[k].empty())
                fields.push_back(assignments[i][k].substr(assignments[i][k].find('=') + 1));
        for (const Column& column : columns) fields.push_back(field(column.value(results[i])));
        text += csv_line(fields);
    }
    return text;
}

}  // namespace cimarron
