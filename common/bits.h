// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace cimarron {

using Word = std::uint64_t;
constexpr int kWordBits = 64;

constexpr int words_for(int bits) {
    return (bits + kWordBits - 1) / kWordBits;
}
constexpr int ceil_div(int a, int b) {
    return (a + b - 1) / b;
}

// Smallest number of bits that holds the unsigned value v (at least 1).
constexpr int bits_for(std::uint64_t v) {
    int bits = 1;
    while ((v >>= 1) != 0) ++bits;
    return bits;
}

// The lowest `count` bits set, 1..64.
constexpr Word low_bits(int count) {
    return ~Word{0} >> (kWordBits - count);
}

inline void set_bit(Word* words, int index) {
    words[index / kWordBits] |= Word{1} << (index % kWordBits);
}
inline bool get_bit(const Word* words, int index) {
    return (words[index / kWordBits] >> (index % kWordBits)) & 1;
}

// Splits `count` codes of `bits` bits (1..8) into bit planes: bit i of plane b is bit b of
// codes[i]. planes: bits x words_for(count), plane after plane; unused high bits are zero.
void pack_bit_planes(const std::uint8_t* codes, int count, int bits, Word* planes);

// counts[c] = popcount of word_lines and column c, for `count` columns of `words` words each: word
// w of column c is columns[w * stride + c]. Compiled for several x86 levels and dispatched at run
// time, as is total_popcount.
void column_popcounts(const Word* word_lines, const Word* columns, int words, int stride, int count,
                      std::int32_t* counts);

std::int64_t total_popcount(const Word* words, int count);

}  // namespace cimarron
