// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>
#include <string>

namespace cimarron {

// What all readers of one file share.
struct YamlDocument {
    std::filesystem::path file;
    std::set<std::string> overridden;  // paths of keys given by --set
    std::string part;                  // what --set writes in front of them: "accelerator."
};

// Whole file as text; UserError when it cannot be read.
std::string read_text_file(const std::filesystem::path& file);

// One document whose top level is a mapping of plain keys; a duplicate key anywhere, a merge key or
// more documents are a UserError.
YAML::Node parse_yaml_mapping(const std::string& text, const std::string& name);

// Applies `a.b.c=value` to the mapping and returns "a.b.c".
std::string set_yaml_value(YAML::Node& root, const std::string& assignment);

}  // namespace cimarron
