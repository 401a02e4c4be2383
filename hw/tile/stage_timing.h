// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"

#include <vector>

namespace cimarron {

// Reads needed to bring the input register from window (oy, ox - 1) to (oy, ox), or to fill it at a
// row's start; channels: those the tile keeps.
struct WindowFetch {
    int accesses = 0;
    int new_codes = 0;
    int cycles() const { return accesses > 1 ? accesses : 1; }
};
WindowFetch window_fetch(const SramBufferParams& buffer, const MvmLayer& layer, int channels,
                         int oy, int ox);
// Its parts: the kernel rows within the map, and what each of them takes.
int rows_fetched(const MvmLayer& layer, int oy);
WindowFetch row_fetch(const SramBufferParams& buffer, const MvmLayer& layer, int channels, int ox);

// Channels of the input that a tile keeps: those of the groups it computes.
int input_channels(const MvmLayer& layer, const TilePlacement& placement);

// Accumulation and post-processing of one window: the adder tree, one pass of its channels through
// the lanes, at the pace at which the residual buffer delivers, and one for each vector
// requantized:
//   ceil(log2(row tiles)) + max(ceil(channels / lanes), residual accesses)
//     + vectors requantized * ceil(channels / lanes) + pipeline_cycles
struct PostWork {
    int row_tiles = 1;
    int channels = 1;
    int residual_accesses = 0;
    int quantized = 0;  // vectors
};
int post_cycles(const PostProcessingParams& params, const PostWork& work);
PostWork post_work(const TileParams& params, const Stage& stage, const TilePlacement& placement);

// MVM of a tile: its slowest macro.
std::int64_t tile_mvm_cycles(const MacroParams& params, const Stage& stage,
                             const TilePlacement& placement);

// Bits a tile sends for one pixel of an output.
std::int64_t vector_bits(const StageOutput& output, const TilePlacement& placement);

// Bits the pooling layers keep in the output buffer: kernel_h rows of each pooling's input.
std::int64_t pooling_bits(const Stage& stage, const TilePlacement& placement);

// Bits of the output buffer that finished vectors may fill: what the pooling rows leave free, and
// room for one vector at least. Post-processing waits while they fill more.
std::int64_t output_queue_bits(const TileParams& params, const Stage& stage,
                               const TilePlacement& placement);

// Cycles of a tile that has the bus to itself, from its input being complete to its last vector
// delivered: the recurrence of docs/timing.md ("Tile"), which the simulation must equal.
std::int64_t tile_cycles(const AcceleratorParams& params, const Stage& stage,
                         const TilePlacement& tile);

}  // namespace cimarron
