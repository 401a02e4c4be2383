// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// Rows of a block: the finer, the nearer to the network of resistances.
constexpr int row_block(int rows) {
    constexpr int kFewRows = 64;
    return rows > kFewRows ? 32 : 16;
}

// IR drop is made by the squared current T of a column's line, summed over its segments. If every
// DAC unit carried as much as the others, T would be S g, S being all of the current and g the part
// of the units above the segment, the same for all columns. A column whose T differs a little has
//   sum of T^2 = 2 S M - S^2 L,   M = sum of g T,  L = sum of g^2
// to first order, and M is a weighted sum of what its blocks of rows carry, if raised lines are
// spread evenly in them. Weights and L are those of an evaluation; here of many, each in turn.
class IrDropWeights {
public:
    // Of one row group's evaluations: in each block the sum of the DAC codes, and of each code
    // times its row's place there, [block][evaluation].
    void set(const std::vector<std::uint32_t>& units, const std::vector<std::uint32_t>& places,
             int rows, int evaluations);

    const float* of_block(int block) const { return weights_.data() + block * evaluations_; }
    const float* losses() const { return losses_.data(); }  // L

private:
    int evaluations_ = 0;
    std::vector<float> weights_, losses_;
    std::vector<float> after_, all_, below_;  // only while they are made
};

// The lines raised among the rows of a block and the sum of their places, by halves that grow: two
// of them give the next by additions within a word, which loops over many words vectorize.
struct RaisedLines {
    std::uint32_t count, places;
};
inline RaisedLines raised_lines(std::uint32_t bits) {
    constexpr std::uint32_t kLow[] = {0x55555555u, 0x33333333u, 0x0f0f0f0fu, 0x00ff00ffu,
                                      0x0000ffffu};
    RaisedLines all{bits, 0};
    for (int level = 0; level < 5; ++level) {
        const int half = 1 << level;
        const std::uint32_t upper = (all.count >> half) & kLow[level];
        all.places = (all.places & kLow[level]) + ((all.places >> half) & kLow[level]) +
                     upper * static_cast<std::uint32_t>(half);
        all.count = (all.count & kLow[level]) + upper;
    }
    return all;
}

// A block's lines among a plane's words.
inline std::uint32_t raised_in_block(const Word* plane, int first_row, int block_rows) {
    return static_cast<std::uint32_t>((plane[first_row / kWordBits] >> (first_row % kWordBits)) &
                                      low_bits(block_rows));
}

}  // namespace cimarron
