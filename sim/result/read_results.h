// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <filesystem>

namespace cimarron {

// An array of the result trees in a file; one tree alone gives an array of one. UserError when the
// file is missing or is not JSON, a tree is not a result, or its schema is another than this
// program's. Results of before there was a schema have none.
Json read_result_trees(const std::filesystem::path& file);

// The same; UserError also when a tree lacks a key that every result has, or has another type of
// value for it.
Json read_results(const std::filesystem::path& file);

}  // namespace cimarron
