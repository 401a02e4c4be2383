// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/differences.h"

#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

std::string relative_text(double relative) {
    return std::isinf(relative) ? "-" : fmt::format("{:.3g}", relative);
}

std::string plural(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

Table table_of(const Comparison& comparison, std::size_t most) {
    const auto& all = comparison.differences;
    const bool points =
        std::any_of(all.begin(), all.end(), [](const Difference& d) { return !d.point.empty(); });
    Table table{{"key", "A", "B", "relative"}, {}};
    if (points) table.header.insert(table.header.begin(), "point");
    for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
        const Difference& d = all[i];
        std::vector<std::string> row = {d.place, d.a, d.b, relative_text(d.relative)};
        if (points) row.insert(row.begin(), d.point);
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace

std::string to_text(const Comparison& comparison, std::size_t most) {
    const std::size_t count = comparison.differences.size();
    const std::string compared = fmt::format("{} in {}", plural(comparison.values, "value"),
                                             plural(comparison.points, "result"));
    if (count == 0) return fmt::format("the same: {}\n", compared);
    std::string text = to_text(table_of(comparison, most));
    if (count > most) text += fmt::format("... and {} more (--all)\n", count - most);
    return text + fmt::format("{}: {}\n", plural(count, "difference"), compared);
}

}  // namespace cimarron
