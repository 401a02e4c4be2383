// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <string>
#include <vector>

namespace cimarron {

struct Line {
    std::string name;
    std::vector<const Json*> results;  // by rising x
};

// How a sweep's results are drawn: against activation bits, or, where all have the same, against
// the first number that was varied. Whatever else was varied beside it tells the lines apart.
struct Lines {
    std::string x;  // path in `config`
    std::string x_label;
    std::vector<Line> list;
};

Lines lines_of(const Json& results);  // which must outlive it

}  // namespace cimarron
