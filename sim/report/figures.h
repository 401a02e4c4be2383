// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <filesystem>
#include <string>
#include <vector>

namespace cimarron {

struct Figure {
    std::string title;
    std::filesystem::path svg;
};

// Writes NAME.gp (a gnuplot script with its data) and NAME.svg for each figure: accuracy, energy by
// component, latency, energy against accuracy. UserError when gnuplot is missing or fails.
std::vector<Figure> write_figures(const Json& results, const std::filesystem::path& folder);

// Energy classes of the breakdown, in drawing order, and a result's joules in each.
std::vector<std::string> energy_classes();
std::vector<double> energy_by_class(const Json& result);

// Text and line colour of the figures, which the HTML page replaces by its own.
constexpr const char* kInk = "#24292f";

}  // namespace cimarron
