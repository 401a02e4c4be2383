// SPDX-License-Identifier: Apache-2.0
#include "sim/config/scaling_config.h"

#include "common/yaml/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

template <std::size_t N>
std::array<double, N> coefficients(const YamlReader& reader, const std::string& key) {
    const std::vector<double> list = reader.required_list<double>(key);
    if (list.size() != N)
        reader.fail(key, fmt::format("has {} numbers, must have {}", list.size(), N));
    std::array<double, N> values{};
    std::copy(list.begin(), list.end(), values.begin());
    return values;
}

template <class Entry>
void check_order(const YamlReader& reader, const std::vector<Entry>& entries,
                 const std::string& key) {
    for (std::size_t i = 1; i < entries.size(); ++i)
        if (!(entries[i].node < entries[i - 1].node))
            reader.fail(key, "must go from the largest node to the smallest");
}

std::vector<SupplyFit> read_fits(const YamlReader& reader, const std::string& key) {
    std::vector<SupplyFit> fits;
    for (const YamlReader& entry : reader.required_children(key)) {
        SupplyFit fit;
        fit.node = entry.required<double>("node", {1, 1000});
        fit.delay = coefficients<4>(entry, "delay");
        fit.energy = coefficients<3>(entry, "energy");
        const auto window = coefficients<2>(entry, "supply");
        fit.low = window[0];
        fit.high = window[1];
        fits.push_back(fit);
    }
    check_order(reader, fits, key);
    return fits;
}

std::vector<AreaPoint> read_area(const YamlReader& reader) {
    std::vector<AreaPoint> points;
    for (const YamlReader& entry : reader.required_children("area"))
        points.push_back({entry.required<double>("node", {1, 1000}),
                          entry.required<double>("relative", {1e-6, 1e6})});
    check_order(reader, points, "area");
    return points;
}

}  // namespace

ScalingRules load_scaling(const std::filesystem::path& file) {
    const YamlReader reader = YamlReader::load(file);
    ScalingRules rules;
    rules.source = reader.required<std::string>("source");
    rules.capacitance_law_above = reader.required<double>("capacitance_law_above", {0, 1000});
    rules.range_factor = reader.required<double>("range_factor", {1, 100});
    rules.hp = read_fits(reader, "hp");
    rules.lp = read_fits(reader, "lp");
    rules.area = read_area(reader);
    reader.done();
    return rules;
}

}  // namespace cimarron
