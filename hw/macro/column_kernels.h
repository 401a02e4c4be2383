// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"

#include <cstdint>

namespace cimarron {

// What the columns of a row group gave over all input slices of an MVM.
struct ColumnTotals {
    std::int64_t lines = 0;     // raised, over all slices
    std::int64_t units = 0;     // sum of column sums
    std::int64_t code_sum = 0;  // sum of ADC codes
    std::int64_t clipped = 0;   // column sums above the last code
};

// The inner loop of a bit-true MVM with 1-bit DACs and unit-LSB ADCs: for every column c and slice
// s
//   sum = popcount(planes[s] & columns[c]),  code = min(sum, top),  sums[c] += code << s
// that is, an evaluation, a conversion and a shift-add each. planes: slices x words.
ColumnTotals convert_all_slices(const Word* planes, int slices, const Word* columns, int words,
                                int column_count, std::int32_t top, std::int32_t* sums);

// The same sums where currents are converted instead: sums[s][c], `stride` columns a slice, the
// raised lines of each slice in lines[s]; returns the sum of sums.
std::int64_t count_all_slices(const Word* planes, int slices, const Word* columns, int words,
                              int column_count, int stride, std::int32_t* sums,
                              std::int32_t* lines);

// sums[c / weight_bits] += codes[c] << (shift + c % weight_bits), c counted from first_column.
void shift_add(const std::int32_t* codes, int first_column, int count, int weight_bits, int shift,
               std::int32_t* sums);

}  // namespace cimarron
