// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <cstddef>
#include <string>
#include <vector>

namespace cimarron {

// One value in which two results differ.
struct Difference {
    std::string point;  // of a sweep: what tells it from the others
    std::string place;  // layers[conv1].cycles
    std::string a, b;   // "-": it is not there
    double relative;    // |a - b| / max(|a|, |b|); infinity unless both are numbers
};

struct Comparison {
    std::size_t points = 0;  // that both have
    std::size_t values = 0;  // compared in them
    std::vector<Difference> differences;
};

// Two arrays of results, key by key, points paired by what they are (sim/compare/points.h). Numbers
// may differ by `tolerance`, relative; 0: not at all. What is missing on one side, or is no number
// (null), differs. What a key's description (sim/result/result_key.h) excepts is not compared.
Comparison compare(const Json& a, const Json& b, double tolerance);

}  // namespace cimarron
