// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"
#include "quant/integer_network.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// A layer's weights in the form its dot product reads: packed sign bits when binary, else the odd
// integers W, row by row.
struct DotWeights {
    int words = 0;                       // of one packed column
    std::vector<Word> columns;           // [o][words], binary layers
    std::vector<std::int16_t> integers;  // [row][o], others
};

DotWeights prepare(const MvmLayer& layer);

// p[o] = sum over rows of W[o] * q, by AND and popcount of every bit plane:
// sum (2u - 1) q = 2 N - M. planes: `bits` planes of weights.words words. M is passed in.
void binary_dot(const DotWeights& weights, const Word* planes, int bits, std::int64_t m,
                int channels, std::int64_t* p);

// The same by multiplication, for weights of any width.
void integer_dot(const DotWeights& weights, const std::uint8_t* codes, int rows, int channels,
                 std::int64_t* p);

}  // namespace cimarron
