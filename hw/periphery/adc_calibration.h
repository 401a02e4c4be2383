// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace cimarron {

// How often the columns of a layer carried which count, apart by place value: a code of input
// slice j and weight bit k is worth 2^(j dac_bits + k) of its own LSBs in the partial sum.
class ColumnHistogram {
public:
    void add(int exponent, std::int32_t count);
    const std::vector<std::vector<std::int64_t>>& counts() const { return counts_; }
    std::int32_t highest() const;

private:
    std::vector<std::vector<std::int64_t>> counts_;  // [exponent][count]
};

// Of an ADC of `bits` bits whose LSB is `lsb` counts, with 16 fraction bits:
//   sum over exponents e of 4^e x sum over conversions of (lsb x code(count) - count)^2,
// what conversions add to the variance of partial sums if their errors are independent.
double conversion_loss(const ColumnHistogram& histogram, int bits, std::int64_t lsb);

// The LSB of least loss among full scales from 2^bits - 1 counts to the highest count seen, at most
// 512 of them; one count when no conversion would clip.
std::int64_t calibrated_lsb(const ColumnHistogram& histogram, int bits);

}  // namespace cimarron
