// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/accelerator_params.h"
#include "hw/cost/technology.h"
#include "hw/device/device.h"

#include <string>

namespace cimarron {

// What each block needs beside the cycles it has, and what limits the clock.
std::string inspect_timing(const AcceleratorParams& params, const Technology& technology,
                           const Device& device);

}  // namespace cimarron
