// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/dram.h"
#include "hw/chip/interconnect.h"
#include "hw/chip/macro.h"
#include "hw/chip/sram_buffer.h"
#include "hw/chip/tile.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

// How many tiles a layer takes: as few as hold it, or what makes an image take least time, or least
// energy.
enum class Mapping { fill, automatic, energy };

// The whole chip. All times are cycles of one clock.
struct AcceleratorParams {
    std::int64_t clock_period_ps = 1000;
    int tiles = 8;           // with fit_tiles, at most
    bool fit_tiles = false;  // a chip of the tiles that the mapping uses
    Mapping mapping = Mapping::fill;
    TileParams tile;
    MacroParams macro;
    // Where an implementation is rtl: the tiles and macros that are, such as tile_1.macro_0, the
    // others being the model. Empty: all.
    std::vector<std::string> rtl_scope;
    InterconnectParams interconnect;
    SramBufferParams global_buffer{65536, 128};
    DramParams dram;  // none
};

void validate(const AcceleratorParams& params);

// The parameters of one macro, and what one tile's post-processing is.
MacroParams macro_params(const AcceleratorParams& params, int tile, int macro);
Implementation post_implementation(const AcceleratorParams& params, int tile);

// What a run did, chip-wide, added over all instances of each block.
struct AcceleratorActivity {
    MacroActivity macro;
    TileActivity tile;
    InterconnectActivity interconnect;
    SramBufferActivity global_buffer;
    DramActivity dram;
};

}  // namespace cimarron
