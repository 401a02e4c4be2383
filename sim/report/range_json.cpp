// SPDX-License-Identifier: Apache-2.0
#include "sim/report/range_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cimarron {

namespace {
constexpr double kSquareMillimetres = 1e6;
}

Json range_json(const Ranged& figure, double scale) {
    return {scale * figure.low, scale * figure.high};
}

Json to_json(const PricedRanges& r, double operations) {
    const auto tera = [&](double per) { return per > 0 ? operations / per * 1e-12 : 0; };
    return {{"latency_s", range_json(r.latency)},
            {"energy_j", range_json(r.energy)},
            {"dynamic_energy_j", range_json(r.dynamic)},
            {"leakage_energy_j", range_json(r.leakage)},
            {"area_mm2", range_json(r.area, kSquareMillimetres)},
            {"programming_energy_j", range_json(r.programming)},
            {"tops", {tera(r.interval.high), tera(r.interval.low)}},
            {"tops_per_w", {tera(r.energy.high), tera(r.energy.low)}}};
}

Json dominant(const Ranged& figure) {
    constexpr std::size_t kShown = 8;
    Json list = Json::array();
    for (std::size_t i = 0; i < std::min(kShown, figure.influences.size()); ++i) {
        const Influence& one = figure.influences[i];
        list.push_back({{"constant", one.constant}, {"low", one.low}, {"high", one.high}});
    }
    return list;
}

std::string range_text(const Json& result, const char* key, double scale) {
    if (!result.contains("ranges")) return {};
    const Json& range = result.at("ranges").at(key);
    return fmt::format(", constants leave {:.4g} to {:.4g}", scale * range[0].get<double>(),
                       scale * range[1].get<double>());
}

std::string dominant_text(const Json& result) {
    constexpr std::size_t kShown = 3;
    if (!result.contains("dominant_constants")) return {};
    std::vector<std::string> names;
    for (const Json& one : result.at("dominant_constants").at("energy_j"))
        if (names.size() < kShown)
            names.push_back(fmt::format("{} (x{:.2f} to x{:.2f})",
                                        one.at("constant").get<std::string>(),
                                        one.at("low").get<double>(), one.at("high").get<double>()));
    return fmt::format("  energy rests on {}\n", fmt::join(names, ", "));
}

}  // namespace cimarron
