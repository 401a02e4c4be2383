// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/chip/sram_buffer.h"

#include <cstdint>

namespace cimarron {

// Fixed-point affine, clamp and pooling compare: `lanes` channels per cycle, pipeline_cycles deep.
struct PostProcessingParams {
    int lanes = 16;
    int pipeline_cycles = 4;
    int coefficient_bits = 16;
    Implementation implementation = Implementation::model;
};

// sequential: a stage begins an image when all it reads of it is there, and the chip has one image
// at a time. pipelined: a window begins when its rows are there, images follow each other through
// the stages, and a sender waits for room in its readers' line buffers.
enum class Dataflow { sequential, pipelined };

// Images that the global buffer holds: pipelined, one arrives while another is sent.
constexpr int image_places(Dataflow dataflow) {
    return dataflow == Dataflow::pipelined ? 2 : 1;
}

struct TileParams {
    int macros = 8;
    Dataflow dataflow = Dataflow::sequential;
    bool duplicate = true;  // macros that a layer leaves free hold copies of its weights
    bool share = false;     // or other layers, which take turns: sequential only
    SramBufferParams input_buffer{16384, 128};
    SramBufferParams output_buffer{
        4096, 128};  // pooling rows and the vectors waiting for the interconnect
    // What residual additions take, until they do; of 0 bytes: there is none, nor their adders.
    SramBufferParams residual_buffer{16384, 128};
    PostProcessingParams post_processing;
};

// Adds the partial sums of a layer's row tiles.
struct AdderTreeActivity {
    std::int64_t additions = 0;
};

// Sum M of each window's codes.
struct WindowSumActivity {
    std::int64_t additions = 0;  // codes added
};

struct PostProcessingActivity {
    std::int64_t affines = 0;        // channels
    std::int64_t residuals = 0;      // channels to which a residual was added
    std::int64_t quantizations = 0;  // channels requantized after the affine
    std::int64_t compares = 0;       // max pooling
    std::int64_t additions = 0;      // average pooling
};

struct TileActivity {
    SramBufferActivity input_buffer;
    SramBufferActivity output_buffer;
    SramBufferActivity residual_buffer;
    AdderTreeActivity adder_tree;
    WindowSumActivity window_sum;
    PostProcessingActivity post_processing;
    std::int64_t input_register_bits = 0;  // bits shifted into the macros' input registers
};

}  // namespace cimarron
