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

// Accuracy, latency, energy, area and TOPS/W, one line per result; before them what else tells
// results apart.
Table summary(const Json& results);

// A line for each item of a list of a result, such as layers: the keys that its descriptions show.
Table items(const Json& result, const std::string& list);

// Paths in `config` whose value differs between results of one device and bitwidth, except the
// seed.
std::vector<std::string> varied_keys(const Json& results);
std::string value_at(const Json& result, const std::string& path);
std::string short_name(const std::string& path);  // its last two parts

}  // namespace cimarron
