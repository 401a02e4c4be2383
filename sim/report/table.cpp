// SPDX-License-Identifier: Apache-2.0
#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

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

Table summary(const Json& results) {
    Table table{{"device", "bits", "accuracy %", "latency us", "energy uJ", "area mm2", "TOPS",
                 "TOPS/W", "checks"},
                {}};
    for (const Json& r : results) {
        const auto number = [&r](const char* key, double scale, const char* format) {
            return fmt::format(fmt::runtime(format), scale * r.at(key).get<double>());
        };
        int failed = 0;
        for (const Json& check : r.at("checks")) failed += check.at("passed").get<bool>() ? 0 : 1;
        table.rows.push_back({r.at("device").get<std::string>(), r.at("activation_bits").dump(),
                              number("top1", 100, "{:.2f}"), number("latency_s", 1e6, "{:.1f}"),
                              number("energy_j", 1e6, "{:.3f}"), number("area_mm2", 1, "{:.3f}"),
                              number("tops", 1, "{:.3f}"), number("tops_per_w", 1, "{:.1f}"),
                              failed == 0 ? "passed" : fmt::format("{} FAILED", failed)});
    }
    return table;
}

}  // namespace cimarron
