// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/cell_array.h"
#include "hw/array/sliced_windows.h"

#include <cstdint>

namespace cimarron {

// The cells of a row group: word w of column c is cells[w * stride + c]. stride is a multiple of
// kColumnLanes; columns that only fill it are 0.
struct ColumnWords {
    const Word* cells;
    int words;
    int stride;
};

// What the columns of a row group gave over all input slices of an MVM.
struct ColumnTotals {
    std::int64_t lines = 0;     // raised, over all slices
    std::int64_t units = 0;     // sum of column sums
    std::int64_t code_sum = 0;  // sum of ADC codes
    std::int64_t clipped = 0;   // column sums above the last code
};

// The inner loop of bit-true MVMs with 1-bit DACs and unit-LSB ADCs: for every window i, column c
// and slice s
//   sum = popcount(planes[i][s] & columns[c]),  code = min(sum, top),  sums[i][c] += code << s
// that is, an evaluation, a conversion and a shift-add each. first: sums (windows x stride) begin
// anew. rows: no sum is larger.
ColumnTotals convert_all_slices(const SlicedWindows& planes, const ColumnWords& columns, int rows,
                                std::int32_t top, bool first, std::int32_t* sums);

// sums[c / weight_bits] += codes[c] << (shift + c % weight_bits), c counted from first_column.
void shift_add(const std::int32_t* codes, int first_column, int count, int weight_bits, int shift,
               std::int32_t* sums);

}  // namespace cimarron
