// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

#include <string>

namespace cimarron {

// What each block needs beside the cycles it has, and what limits the clock.
std::string inspect_timing(const AcceleratorParams& params, const Technology& technology,
                           const Device& device);

}  // namespace cimarron
