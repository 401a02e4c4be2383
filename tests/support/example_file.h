// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"

#include <yaml-cpp/yaml.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace cimarron {

// What differs from a file in which every key has its example.
struct Variant {
    std::map<std::string, std::string> values;  // by path
    std::set<std::string> without;              // optional keys that are left out
};

// A file made of the description alone: every key whose conditions hold, with its example; lists of
// mappings have one item. `present` gets the paths of what the file has.
YAML::Node example_file(const std::vector<KeyEntry>& entries, const Variant& variant,
                        std::set<std::string>& present);

// Files that together have each key, each choice, `auto` and a number, each condition held and not,
// and each optional key with and without those that follow it.
std::vector<Variant> variants(const std::vector<KeyEntry>& entries);

// The mapping that holds the last part of the path, in the first item of lists; and that part.
YAML::Node mapping_of(const YAML::Node& root, const std::string& path);
std::string last_part(const std::string& path);

}  // namespace cimarron
