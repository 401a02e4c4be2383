// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"
#include "hw/technology/scaling.h"

#include <filesystem>
#include <vector>

namespace cimarron {

// configs/scaling/*.yaml: fits and area table with their source; every key is required.
ScalingRules load_scaling(const std::filesystem::path& file);
std::vector<KeyEntry> scaling_keys();

}  // namespace cimarron
