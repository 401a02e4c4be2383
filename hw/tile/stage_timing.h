// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/accelerator_params.h"
#include "hw/accelerator/program.h"

#include <vector>

namespace cimarron {

// Reads needed to bring the input register from window (oy, ox - 1) to (oy, ox), or to fill it at a
// row's start.
struct WindowFetch {
    int accesses = 0;
    int new_codes = 0;
    int cycles() const { return accesses > 1 ? accesses : 1; }
};
WindowFetch window_fetch(const SramBufferParams& buffer, const MvmLayer& layer, int oy, int ox);

// Accumulation and post-processing of one window:
//   ceil(log2(row tiles)) + ceil(channels / lanes) + pipeline_cycles
int post_cycles(const PostProcessingParams& params, int row_tiles, int channels);

// MVM of a tile: its slowest macro.
std::int64_t tile_mvm_cycles(const MacroParams& params, const Stage& stage,
                             const TilePlacement& placement);

// One vector over the interconnect: arbitration_cycles + ceil(bits / width_bits).
std::int64_t transfer_cycles(const InterconnectParams& params, std::int64_t bits);

// Bits a tile sends for one output pixel; logits travel as kLogitBits-wide numbers.
constexpr int kLogitBits = 32;
std::int64_t vector_bits(const Stage& stage, const TilePlacement& placement);

// Bits the pooling layers keep in the output buffer: kernel_h rows of each pooling's input.
std::int64_t pooling_bits(const Stage& stage, const TilePlacement& placement);

// Finished vectors that fit in the output buffer beside the pooling rows (at least 1).
int output_queue_vectors(const TileParams& params, const Stage& stage,
                         const TilePlacement& placement);

// Windows after which each pooled (or plain) output pixel leaves, in order of departure.
std::vector<int> departure_windows(const Stage& stage);

// Cycles of a stage that runs on a single tile, from its input being complete to its last vector
// delivered: the recurrence of docs/timing.md ("Tile"), which the simulation must equal.
std::int64_t stage_cycles(const AcceleratorParams& params, const Stage& stage);

}  // namespace cimarron
