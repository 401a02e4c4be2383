// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/program/program.h"

namespace cimarron {

// Output rows of a stage that start and end where its poolings' windows do: the least common
// multiple of their strides, those of pools after one another multiplied.
int pooling_rows(const Stage& stage);

// Rows of band `index` of `bands`: blocks of `block` rows, dealt out in turn, and above each block
// the rows that a pooling reads across its border, which are computed again.
std::vector<BandRow> band_rows(const Stage& stage, int bands, int index, int block);

// Rows of a block. Sequential, each band is one piece. Pipelined, rows are wanted in order, so that
// blocks are small: those of the fewest rows of which pooling computes no more than an eighth
// again.
int block_rows(const Stage& stage, int bands, Dataflow dataflow);

}  // namespace cimarron
