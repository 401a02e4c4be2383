// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <string>
#include <vector>

namespace cimarron {

struct Table {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
};

// Aligned text: numbers to the right, words to the left.
std::string to_text(const Table& table);

// Accuracy, latency, energy, area and TOPS/W, one line per result.
Table summary(const Json& results);

}  // namespace cimarron
