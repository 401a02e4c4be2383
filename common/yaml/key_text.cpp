// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/key_text.h"

#include "common/error.h"
#include "common/yaml/scalar.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace cimarron {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kColumns = 120;

std::string range_of(const KeyEntry& entry) {
    if (entry.low.empty() && entry.high.empty()) return {};
    if (entry.low.rfind("above", 0) == 0) return " " + entry.low;
    return fmt::format(" {}..{}", entry.low, entry.high);
}

// "integer 1..8 or auto", "list of number", "bus, mesh, h_tree".
std::string value_of(const KeyEntry& entry) {
    if (!entry.choices.empty()) return fmt::format("{}", fmt::join(entry.choices, ", "));
    return fmt::format("{}{}{}{}", entry.is_list ? "list of " : "", entry.type, range_of(entry),
                       entry.is_automatic ? " or auto" : "");
}

std::string default_of(const KeyEntry& entry) {
    if (entry.required)
        return entry.otherwise.empty() ? "required" : "required; " + entry.otherwise;
    return entry.otherwise.empty() ? "optional" : entry.otherwise;
}

std::string words(const KeyCondition& condition) {
    const std::string& values = condition.values;
    if (values == "given") return "with " + condition.key;
    if (values == "absent") return "without " + condition.key;
    const bool phrase = values.rfind("above", 0) == 0 || values.rfind("not", 0) == 0;
    return fmt::format("with {}{} {}", condition.key, phrase ? "" : ":", values);
}

// The mapping that holds it.
const KeyEntry* holder_of(const KeyFile& file, const KeyEntry& entry) {
    const std::size_t dot = entry.path.rfind('.');
    if (dot == std::string::npos) return nullptr;
    std::string path = entry.path.substr(0, dot);
    if (path.back() == ']') path.resize(path.size() - 2);
    for (const KeyEntry& other : file.entries)
        if (other.path == path) return &other;
    return nullptr;
}

// With the conditions that do not hold for its mapping already.
std::string meaning_of(const KeyFile& file, const KeyEntry& entry) {
    const KeyEntry* holder = holder_of(file, entry);
    const std::size_t known = holder == nullptr ? 0 : holder->where.size();
    std::string text = entry.meaning;
    for (std::size_t i = known; i < entry.where.size(); ++i)
        text += (i == known ? " [" : ", ") + words(entry.where[i]);
    return known < entry.where.size() ? text + "]" : text;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
    std::vector<std::string> lines = {""};
    std::istringstream in(text);
    for (std::string word; in >> word;) {
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width)
            lines.emplace_back();
        lines.back() += (lines.back().empty() ? "" : " ") + word;
    }
    return lines;
}

std::vector<std::string> cells(const KeyFile& file, const KeyEntry& entry) {
    return {entry.path, value_of(entry), entry.unit, default_of(entry), meaning_of(file, entry)};
}

// Each column as wide as its widest cell, but no wider than its share of the line.
std::string table(const KeyFile& file) {
    constexpr std::size_t most[] = {40, 22, 9, 14};
    std::vector<std::size_t> widths(std::size(most), 0);
    for (const KeyEntry& entry : file.entries)
        for (std::size_t c = 0; c < widths.size(); ++c)
            widths[c] = std::min(most[c], std::max(widths[c], cells(file, entry)[c].size()));
    std::size_t used = 0;
    for (const std::size_t width : widths) used += width + 2;
    widths.push_back(kColumns - used);
    std::string text = fmt::format("{} ({}): {}\n", file.name, file.folder, file.about);
    for (const KeyEntry& entry : file.entries) {
        std::vector<std::vector<std::string>> columns;
        std::size_t height = 1;
        for (std::size_t c = 0; c < widths.size(); ++c) {
            columns.push_back(wrapped(cells(file, entry)[c], widths[c]));
            height = std::max(height, columns.back().size());
        }
        for (std::size_t row = 0; row < height; ++row) {
            std::string line;
            for (std::size_t c = 0; c < widths.size(); ++c)
                line += fmt::format("{:<{}}  ", row < columns[c].size() ? columns[c][row] : "",
                                    widths[c]);
            text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        }
    }
    return text;
}

std::string code(const std::string& text) {
    return text.empty() ? text : "`" + text + "`";
}

std::string markdown(const KeyFile& file) {
    std::string text = fmt::format(
        "## {}\n\n`{}`: {}.\n\n| key | value | unit | default | meaning | example |\n"
        "|---|---|---|---|---|---|\n",
        file.name, file.folder, file.about);
    for (const KeyEntry& entry : file.entries)
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", entry.path, value_of(entry),
                            entry.unit, default_of(entry), meaning_of(file, entry),
                            code(entry.example));
    return text;
}

// An end of a range: a number, or the key that gives it.
Json end_of(const std::string& text) {
    const Json number = Json::parse(text, nullptr, false);
    return number.is_number() ? number : Json(text);
}

Json to_json(const KeyEntry& entry) {
    Json json = {{"path", entry.path}, {"type", entry.type}};
    if (entry.is_list) json["list"] = true;
    if (entry.is_automatic) json["auto"] = true;
    if (!entry.unit.empty()) json["unit"] = entry.unit;
    if (entry.low.rfind("above ", 0) == 0)
        json["above"] = end_of(entry.low.substr(6));
    else if (!entry.low.empty())
        json["low"] = end_of(entry.low);
    if (!entry.high.empty()) json["high"] = end_of(entry.high);
    if (!entry.choices.empty()) json["choices"] = entry.choices;
    json["required"] = entry.required;
    if (!entry.otherwise.empty()) json["default"] = entry.otherwise;
    for (const KeyCondition& condition : entry.where)
        json["where"].push_back({{"key", condition.key}, {"values", condition.values}});
    json["meaning"] = entry.meaning;
    if (!entry.example.empty()) json["example"] = entry.example;
    return json;
}

Json to_json(const KeyFile& file) {
    Json keys = Json::array();
    for (const KeyEntry& entry : file.entries) keys.push_back(to_json(entry));
    return {{"file", file.name}, {"folder", file.folder}, {"about", file.about}, {"keys", keys}};
}

bool begins_with(const std::string& text, const std::string& prefix) {
    return text.compare(0, prefix.size(), prefix) == 0;
}

// Those files and keys alone.
std::vector<KeyFile> chosen(const std::vector<KeyFile>& files, const std::string& prefix) {
    std::vector<KeyFile> result;
    std::vector<std::string> names;
    for (const KeyFile& file : files) {
        KeyFile some = file;
        some.entries.clear();
        names.push_back(file.name);
        for (const KeyEntry& entry : file.entries) {
            names.push_back(file.name + "." + entry.path);
            if (begins_with(names.back(), prefix)) some.entries.push_back(entry);
        }
        if (!some.entries.empty()) result.push_back(std::move(some));
    }
    if (!result.empty()) return result;
    std::vector<std::string> kinds;
    for (const KeyFile& file : files) kinds.push_back(file.name);
    const std::string similar = nearest(prefix, names);
    throw UserError(fmt::format(
        "{}: no key begins so, {}", prefix,
        similar.empty() ? fmt::format("must begin with one of {}", fmt::join(kinds, ", "))
                        : fmt::format("did you mean '{}'?", similar)));
}

}  // namespace

std::string keys_text(const std::vector<KeyFile>& files, const std::string& prefix,
                      KeyFormat format) {
    std::string text;
    Json json = Json::array();
    for (const KeyFile& file : chosen(files, prefix)) {
        if (format == KeyFormat::json) {
            json.push_back(to_json(file));
            continue;
        }
        if (!text.empty()) text += "\n";
        text += format == KeyFormat::table ? table(file) : markdown(file);
    }
    return format == KeyFormat::json ? json.dump(1) + "\n" : text;
}

}  // namespace cimarron
