// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"
#include "common/yaml/yaml_reader.h"
#include "hw/technology/device.h"

#include <filesystem>
#include <vector>

namespace cimarron {

// configs/device/*.yaml: `name`, `kind` and the constants of that kind, each with value, unit,
// source and grade. All are required; none has a default.
Device read_device(const YamlReader& reader);
Device load_device(const std::filesystem::path& file);
YAML::Node to_yaml(const Device& device);
std::vector<KeyEntry> device_keys();

std::string to_string(DeviceKind kind);

}  // namespace cimarron
