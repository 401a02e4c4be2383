// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/chip/dram.h"
#include "hw/program/program.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// One vector to a tile while a round is loaded: a row of a macro's weights, written in all its
// copies at once, or the coefficients of the tile's channels.
struct ReloadItem {
    int block = 0;   // tile, in placement order
    int macro = -1;  // of one copy; -1: the coefficients
    int row = 0;
    int channels = 0;
    int bits_per_channel = 0;
    std::int64_t offset = 0;  // in the round's bytes

    std::int64_t bits() const { return std::int64_t{channels} * bits_per_channel; }
    std::int64_t bytes() const { return (bits() + 7) / 8; }
};

// What a round needs, in the order in which it comes from DRAM, where it stands in one piece from
// `address`: every tile's coefficients, then row after row of all macros in turn, so that macros
// are written at the same time.
struct ReloadPlan {
    std::vector<ReloadItem> items;
    std::int64_t address = 0;
    std::int64_t bytes = 0;
};

// One for each round, beginning at multiples of `alignment`; none when weights stay.
std::vector<ReloadPlan> reload_plans(const Program& program, int alignment);

// Cycles that loading a round takes at least: the longest of writing the rows of its tallest macro,
// its vectors over the interconnect (a bus; in a network of routers, their flits without heads) and
// its bytes over the pins of the DRAM.
std::int64_t loading_bound(const AcceleratorParams& params, const ReloadPlan& plan);

// The round's bytes: weight codes packed (packed_values.h), coefficients as ChannelAffine.
std::vector<unsigned char> reload_data(const Program& program, const ReloadPlan& plan);

// Where a tensor stands that is kept in DRAM: its rows packed, each from a burst's first byte on.
struct DramTensor {
    std::int64_t address = 0;
    std::int64_t row_bytes = 0;  // whole bursts
};
// Of each tensor, behind the weights; those kept elsewhere have no bytes.
std::vector<DramTensor> dram_tensors(const Program& program, const DramParams& dram);

// Of weights and tensors, borders between them included.
std::int64_t dram_bytes(const Program& program, const DramParams& dram);

}  // namespace cimarron
