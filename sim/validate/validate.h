// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"
#include "sim/validate/experiment.h"

#include <string>
#include <vector>

namespace cimarron {

// One published figure beside the model's.
struct ValidationRow {
    std::string macro, quantity, unit, model;
    double published = 0, ours = 0, low = 0, high = 0;
    std::optional<Band> band;
    bool in_sample = false;
    std::string miss;  // why the band is missed, as the file says
    std::string informs;

    double error() const { return ours / published - 1; }
    bool within() const;  // true without a band
};

// Rows of the model `generic`, all calibration factors 1, and of each calibration of the file. A
// row is in-sample when its calibration was taken from its own macro or the figure entered a
// constant.
std::vector<ValidationRow> validate(const Experiment& experiment);

Json to_json(const std::vector<ValidationRow>& rows);
std::string to_text(const std::vector<ValidationRow>& rows);

}  // namespace cimarron
