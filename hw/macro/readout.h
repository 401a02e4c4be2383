// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// Turns the partial sums of macros into N = sum of weight code x input code, given M = sum of the
// input codes: N = sums x lsb - M x off, rounded. lsb: what an accumulated ADC code is worth; off:
// what cells at 0 add for each unit of input. Both with 16 fraction bits.
struct Readout {
    static constexpr int kFractionBits = 16;

    std::int64_t lsb = std::int64_t{1} << kFractionBits;
    std::int64_t off = 0;

    std::int64_t count(std::int64_t sums, std::int64_t inputs) const {
        return (sums * lsb - taken(inputs)) >> kFractionBits;
    }
    // What to take from sums x lsb before the fraction is cut off.
    std::int64_t taken(std::int64_t inputs) const {
        constexpr std::int64_t kHalf = std::int64_t{1} << (kFractionBits - 1);
        return inputs * off - kHalf;
    }
};

}  // namespace cimarron
