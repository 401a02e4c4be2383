// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/numpy/array.h"

#include <filesystem>
#include <string>

namespace cimarron {

// The array of a .npy file, or the one called `name` of a .npz file (members stored or deflated).
// Throws UserError naming the file when it cannot be read, is damaged or truncated, has no such
// array, or one of anything but plain numbers.
Array read_array(const std::filesystem::path& file, const std::string& name);

}  // namespace cimarron
