// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/yaml_reader.h"
#include "sim/validate/experiment.h"

#include <string>
#include <vector>

namespace cimarron {

// One entry of a case's `figures`.
PublishedFigure read_figure(const YamlReader& reader);

// The keys a calibration may set.
const std::vector<std::string>& calibration_factors();

}  // namespace cimarron
