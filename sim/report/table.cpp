// SPDX-License-Identifier: Apache-2.0
#include "sim/report/table.h"

#include "sim/result/result_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace cimarron {

namespace {

bool is_number(const std::string& cell) {
    return !cell.empty() && (std::isdigit(static_cast<unsigned char>(cell[0])) != 0 ||
                             (cell[0] == '-' && cell.size() > 1));
}

// Characters, not bytes: cells hold UTF-8.
std::size_t width_of(const std::string& cell) {
    return static_cast<std::size_t>(
        std::count_if(cell.begin(), cell.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& cell, std::size_t width, bool right) {
    const std::string space(width - width_of(cell), ' ');
    return right ? space + cell : cell + space;
}

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

// A value as its key's description shows it.
std::string cell(const Json& value, const ResultKey& key) {
    if (value.is_string()) return value.get<std::string>();
    if (key.type != ResultType::number) return value.dump();
    return fmt::format("{:.{}f}", key.shown.scale * value.get<double>(), key.shown.digits);
}

std::string range_cell(const Json& range, const Shown& shown) {
    return fmt::format("{:.{}f} to {:.{}f}", shown.scale * range[0].get<double>(), shown.digits,
                       shown.scale * range[1].get<double>(), shown.digits);
}

// The keys that tables show, of a result or, with the list's path and `[].`, of its items.
std::vector<const ResultKey*> shown_keys(const std::string& above) {
    std::vector<const ResultKey*> keys;
    for (const ResultKey& key : result_keys())
        if (key.shown.title != nullptr && key.path.rfind(above, 0) == 0 &&
            key.path.find("[]", above.size()) == std::string::npos)
            keys.push_back(&key);
    return keys;
}

std::string checks_cell(const Json& result) {
    int failed = 0;
    for (const Json& check : result.at("checks")) failed += check.at("passed").get<bool>() ? 0 : 1;
    return failed == 0 ? "passed" : fmt::format("{} FAILED", failed);
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Device and bits have columns of their own; of a constant its value tells, and of whole
// technologies their names.
bool tells_apart(const std::string& path, bool several_technologies) {
    for (const char* part : {"/source", "/unit", "/grade", "/range/0", "/range/1"})
        if (ends_with(path, part)) return false;
    for (const char* own : {"/seed", "/network", "/activation_bits", "/device/name"})
        if (path == own) return false;
    return !several_technologies || path.rfind("/technology/", 0) != 0 ||
           path == "/technology/name";
}

}  // namespace

std::string to_text(const Table& table) {
    std::vector<std::size_t> widths;
    std::vector<bool> numeric;
    for (std::size_t c = 0; c < table.header.size(); ++c) {
        widths.push_back(width_of(table.header[c]));
        numeric.push_back(!table.rows.empty());
        for (const auto& row : table.rows) {
            widths[c] = std::max(widths[c], width_of(row[c]));
            numeric[c] = numeric[c] && is_number(row[c]);
        }
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string text;
        for (std::size_t c = 0; c < cells.size(); ++c)
            text += padded(cells[c], widths[c], numeric[c]) + "  ";
        return trimmed(text);
    };
    std::string text = line(table.header);
    for (const std::size_t width : widths) text += std::string(width, '-') + "  ";
    text = trimmed(text);
    for (const auto& row : table.rows) text += line(row);
    return text;
}

std::vector<std::string> varied_keys(const Json& results) {
    std::set<std::string> technologies;
    for (const Json& r : results) technologies.insert(value_at(r, "/technology/name"));
    std::set<std::string> paths;
    for (const Json& r : results) {
        const Json flat = r.at("config").flatten();
        for (const auto& [path, value] : flat.items())
            if (tells_apart(path, technologies.size() > 1)) paths.insert(path);
    }
    std::vector<std::string> keys;
    for (const std::string& path : paths) {
        std::map<std::string, std::set<std::string>> seen;  // values by device and bits
        for (const Json& r : results)
            seen[r.at("device").dump() + r.at("activation_bits").dump()].insert(value_at(r, path));
        if (std::any_of(seen.begin(), seen.end(),
                        [](const auto& group) { return group.second.size() > 1; }))
            keys.push_back(path);
    }
    return keys;
}

std::string value_at(const Json& result, const std::string& path) {
    const Json& config = result.at("config");
    const Json::json_pointer pointer(path);
    if (!config.contains(pointer)) return "-";
    const Json& value = config.at(pointer);
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string short_name(const std::string& path) {
    const std::string value = "/value";
    std::string name = path;
    if (ends_with(name, value)) name.erase(name.size() - value.size());
    const std::size_t last = name.rfind('/');
    name.erase(0, (last == 0 ? 0 : name.rfind('/', last - 1)) + 1);
    std::replace(name.begin(), name.end(), '/', '.');
    return name;
}

Table summary(const Json& results) {
    const std::vector<std::string> varied = varied_keys(results);
    const std::vector<const ResultKey*> figures = shown_keys("");
    Table table{{"device", "bits"}, {}};
    for (const std::string& key : varied) table.header.push_back(short_name(key));
    for (const ResultKey* key : figures) {
        table.header.emplace_back(key->shown.title);
        if (key->shown.with_range) table.header.emplace_back("range");
    }
    table.header.emplace_back("checks");
    for (const Json& r : results) {
        std::vector<std::string> row = {r.at("device").get<std::string>(),
                                        r.at("activation_bits").dump()};
        for (const std::string& key : varied) row.push_back(value_at(r, key));
        for (const ResultKey* key : figures) {
            row.push_back(cell(r.at(key->path), *key));
            if (key->shown.with_range)
                row.push_back(range_cell(r.at("ranges").at(key->path), key->shown));
        }
        row.push_back(checks_cell(r));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table items(const Json& result, const std::string& list) {
    const std::string above = list + "[].";
    const std::vector<const ResultKey*> keys = shown_keys(above);
    Table table;
    for (const ResultKey* key : keys) table.header.emplace_back(key->shown.title);
    for (const Json& item : result.at(list)) {
        std::vector<std::string> row;
        for (const ResultKey* key : keys)
            row.push_back(cell(item.at(key->path.substr(above.size())), *key));
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace cimarron
