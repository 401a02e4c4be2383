// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace cimarron {

// Standard normal numbers that cost two loads and an addition each, for noise that is drawn anew at
// every evaluation. Two tables hold the quantiles of the normal distribution of variance 1/2, each
// in a random order of its own; number i of a key is entry a + i of one plus entry b + i of the
// other, places a and b being the key's. Moments and tails are those of the normal distribution,
// none lies beyond 5.2. Two numbers of a key have the correlation that their distance has in the
// tables, a few hundredths at most; of two keys one in kPlaces shares a table's place, by chance.
class NormalWindows {
public:
    static constexpr int kPlaces = 4096;  // of each table, where a window may begin
    static constexpr int kLength = 4096;  // numbers of a key

    explicit NormalWindows(std::uint64_t key);
    // Of derive_key(key, first + i step) for each i.
    static void fill(std::uint64_t key, std::int64_t first, std::int64_t step,
                     std::vector<NormalWindows>& windows);

    float at(int index) const { return first_[index] + second_[index]; }

private:
    NormalWindows(const float* first, const float* second) : first_(first), second_(second) {}

    const float* first_;
    const float* second_;
};

}  // namespace cimarron
