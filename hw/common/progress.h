// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace cimarron {

// Told after each image how many are done.
using ProgressFn = std::function<void(int images_done)>;

}  // namespace cimarron
