// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"

#include <string>

namespace cimarron {

// The rounds of a program that reloads weights, with what each takes; empty when weights stay.
std::string rounds_table(const Program& program, const AcceleratorParams& params);

}  // namespace cimarron
