// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/dataset/picture.h"

namespace cimarron {

// The whole picture by libpng: grey and palettes as RGB, what is transparent over black. Throws
// UserError naming the file when it cannot be read, is no PNG, is truncated or damaged.
Picture read_png(const std::filesystem::path& file);

}  // namespace cimarron
