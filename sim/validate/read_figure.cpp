// SPDX-License-Identifier: Apache-2.0
#include "sim/validate/read_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace cimarron {

namespace {

constexpr std::initializer_list<std::pair<const char*, Figure>> kFigures = {
    {"energy_pj", Figure::energy},      {"area_mm2", Figure::area},
    {"latency_ns", Figure::latency},    {"tops", Figure::throughput},
    {"tops_per_w", Figure::efficiency}, {"tops_per_mm2", Figure::density},
    {"power_mw", Figure::power}};

constexpr double kHuge = 1e12;

// `3`: within a factor of 3 either way. `25 %`: an error of at most 25 %.
Band read_band(const YamlReader& r, const std::string& model) {
    const std::string text = r.required<std::string>(model);
    if (text.empty() || text.back() != '%') {
        const double factor = r.required<double>(model, {1, kHuge});
        return {1 / factor, factor};
    }
    std::size_t end = 0;
    double percent = 0;
    try {
        percent = std::stod(text, &end);
    } catch (const std::exception&) {
        end = 0;
    }
    if (end == 0 || text.find_first_not_of(" %", end) != std::string::npos || !(percent > 0))
        r.fail(model, fmt::format("is '{}', must be a factor or a percentage", text));
    return {1 - percent / 100, 1 + percent / 100};
}

}  // namespace

PublishedFigure read_figure(const YamlReader& r) {
    PublishedFigure f;
    f.name = r.required<std::string>("name");
    f.figure = r.required_enum<Figure>("figure", kFigures);
    if (r.has("components")) f.components = r.required_list<std::string>("components");
    f.per = r.optional<double>("per", 1, {1e-12, kHuge});
    f.published = r.required<double>("published", {1e-12, kHuge});
    f.source = r.required<std::string>("source");
    const std::vector<std::string>& factors = calibration_factors();
    f.informs = r.optional<std::string>("informs", "");
    if (!f.informs.empty() && std::count(factors.begin(), factors.end(), f.informs) == 0)
        r.fail("informs", fmt::format("must be one of {}", fmt::join(factors, ", ")));
    f.in_sample = r.optional<bool>("in_sample", false);
    f.leakage = r.optional<bool>("leakage", false);
    const YamlReader bands = r.required_child("bands");
    for (const std::string& model : bands.keys()) f.bands[model] = read_band(bands, model);
    const YamlReader misses = r.optional_child("misses");
    for (const std::string& model : misses.keys())
        f.misses[model] = misses.required<std::string>(model);
    return f;
}

const std::vector<std::string>& calibration_factors() {
    static const std::vector<std::string> factors = {
        "array_area",   "array_energy",   "sense_area", "sense_energy",
        "digital_area", "digital_energy", "layout_area"};
    return factors;
}

const char* unit_of(Figure figure) {
    switch (figure) {
        case Figure::energy:
            return "pJ";
        case Figure::area:
            return "mm2";
        case Figure::latency:
            return "ns";
        case Figure::throughput:
            return "TOPS";
        case Figure::efficiency:
            return "TOPS/W";
        case Figure::density:
            return "TOPS/mm2";
        case Figure::power:
            break;
    }
    return "mW";
}

}  // namespace cimarron
