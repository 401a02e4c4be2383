// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"

#include <vector>

namespace cimarron {

// A number for each word line of a row group, summed over the lines that are raised: kept by bits,
// so that a sum is a population count of each of them.
class WordLineTotals {
public:
    static constexpr int kLanes = 8;  // words in a vector

    WordLineTotals(int lines, int most)
        : words_(words_for(lines)),
          lanes_(ceil_div(bits_for(static_cast<std::uint64_t>(most)), kLanes) * kLanes),
          bits_(static_cast<std::size_t>(words_ * lanes_)) {}

    void set(int line, int total);  // 0 .. most
    // Over many planes of such lines, one after another.
    std::int64_t sum(const std::vector<Word>& planes) const;

private:
    int words_, lanes_;
    std::vector<Word> bits_;  // [word][bit of the numbers]
};

}  // namespace cimarron
