// SPDX-License-Identifier: Apache-2.0
#include "sim/validate/read_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace cimarron {

Band read_band(const YamlReader& r, const std::string& model) {
    const std::string text = r.required<std::string>(model);
    if (text.empty() || text.back() != '%') {
        const double factor = r.required<double>(model, {1, 1e12});
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

void check_informs(const YamlReader& figure, const std::string& informs) {
    const std::vector<std::string>& factors = calibration_factors();
    if (!informs.empty() && std::count(factors.begin(), factors.end(), informs) == 0)
        figure.fail("informs", fmt::format("must be one of {}", fmt::join(factors, ", ")));
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
