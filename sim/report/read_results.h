// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <filesystem>

namespace cimarron {

// An array of result trees; a file with a single tree gives an array of one. UserError when the
// file is missing, is not JSON, or a tree lacks what this version writes.
Json read_results(const std::filesystem::path& file);

}  // namespace cimarron
