// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/word_line_totals.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr int kLanes = WordLineTotals::kLanes;

// Of `count` planes of `words` words: the ones in common with each of kLanes lanes' bits.
inline CIMARRON_INLINE void count_lanes(const Word* planes, std::size_t count, int words,
                                        const Word* bits, int lanes, std::int64_t* ones) {
    std::int64_t sums[kLanes] = {};
    for (std::size_t i = 0; i < count; ++i, planes += words)
        for (int w = 0; w < words; ++w)
#pragma GCC unroll 1
            for (int lane = 0; lane < kLanes; ++lane)
                sums[lane] += __builtin_popcountll(planes[w] & bits[w * lanes + lane]);
    std::copy(sums, sums + kLanes, ones);
}

CIMARRON_MULTIVERSION
void count_anywhere(const Word* planes, std::size_t count, int words, const Word* bits, int lanes,
                    std::int64_t* ones) {
    count_lanes(planes, count, words, bits, lanes, ones);
}

#ifdef CIMARRON_VECTOR_POPCOUNT
CIMARRON_VECTOR_POPCOUNT
void count_by_vectors(const Word* planes, std::size_t count, int words, const Word* bits, int lanes,
                      std::int64_t* ones) {
    count_lanes(planes, count, words, bits, lanes, ones);
}
const bool kVectorPopcount = __builtin_cpu_supports("avx512vpopcntdq") != 0;
#else
constexpr bool kVectorPopcount = false;
constexpr auto count_by_vectors = count_anywhere;
#endif

}  // namespace

void WordLineTotals::set(int line, int total) {
    for (int b = 0; b < lanes_; ++b) {
        Word& word = bits_[static_cast<std::size_t>(line / kWordBits * lanes_ + b)];
        const Word bit = Word{1} << (line % kWordBits);
        word = (total >> b & 1) != 0 ? word | bit : word & ~bit;
    }
}

std::int64_t WordLineTotals::sum(const std::vector<Word>& planes) const {
    const std::size_t count = planes.size() / static_cast<std::size_t>(words_);
    std::int64_t all = 0;
    for (int first = 0; first < lanes_; first += kLanes) {
        std::int64_t ones[kLanes];
        (kVectorPopcount ? count_by_vectors : count_anywhere)(planes.data(), count, words_,
                                                              bits_.data() + first, lanes_, ones);
        for (int lane = 0; lane < kLanes; ++lane) all += ones[lane] << (first + lane);
    }
    return all;
}

}  // namespace cimarron
