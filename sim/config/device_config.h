// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/yaml_reader.h"
#include "hw/technology/device.h"

#include <filesystem>

namespace cimarron {

// configs/device/*.yaml: `name`, `kind` and the constants of that kind, each with value, unit,
// source and grade. All are required; none has a default.
Device read_device(const YamlReader& reader);
Device load_device(const std::filesystem::path& file);
YAML::Node to_yaml(const Device& device);

std::string to_string(DeviceKind kind);

}  // namespace cimarron
