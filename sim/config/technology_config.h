// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"
#include "common/yaml/yaml_reader.h"
#include "hw/technology/technology.h"

#include <filesystem>
#include <vector>

namespace cimarron {

// configs/technology/*.yaml: `name`, then every constant with value, unit, source and grade. All
// are required; none has a default. Or a file that begins with another one: `scaled_from`, `rules`,
// `flavour`, node, supply, the constants no rule moves, and any other it knows better.
Technology read_technology(const YamlReader& reader);
Technology load_technology(const std::filesystem::path& file);
YAML::Node to_yaml(const Technology& technology);
std::vector<KeyEntry> technology_keys();

}  // namespace cimarron
