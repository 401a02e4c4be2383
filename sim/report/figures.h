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

// Of results whose repetitions are merged: NAME.gp (a gnuplot script with its data) and NAME.svg
// for each figure: accuracy, energy by component, latency, energy against accuracy, and the
// accuracies of repetitions. UserError when gnuplot is missing or fails.
std::vector<Figure> write_figures(const Json& merged, const std::filesystem::path& folder);

// Energy classes of the breakdown, in drawing order, and a result's joules in each.
std::vector<std::string> energy_classes();
std::vector<double> energy_by_class(const Json& result);

}  // namespace cimarron
