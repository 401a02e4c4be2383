// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/program/program.h"
#include "sim/config/run_config.h"

namespace cimarron {

// A run's chip with the network on it. With `tiles: auto` it has the tiles that the program uses.
struct PlacedChip {
    AcceleratorParams params;
    Program program;
};
PlacedChip place_on_chip(const RunConfig& config, const IntegerNetwork& network);

}  // namespace cimarron
