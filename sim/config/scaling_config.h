// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/scaling.h"

#include <filesystem>

namespace cimarron {

// configs/scaling/*.yaml: fits and area table with their source; every key is required.
ScalingRules load_scaling(const std::filesystem::path& file);

}  // namespace cimarron
