// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cimarron {

// `key` (a path from the top of the file) is one of `values`, in words.
struct KeyCondition {
    std::string key, values;
};

// One key of a file, as `cimarron keys` tells it.
struct KeyEntry {
    std::string path;  // "tile.macros"; "layers[].name": of each item of a list
    std::string type;  // integer, number, boolean, text, path, choice, constant, mapping
    bool is_list = false;
    bool is_automatic = false;  // or `auto`
    std::string unit;
    std::string low, high;  // ends of the range; empty: open
    std::vector<std::string> choices;
    bool required = true;
    std::string otherwise;            // of an optional key: what holds without it
    std::vector<KeyCondition> where;  // it is there only where all hold
    std::string meaning, example;
};

}  // namespace cimarron
