// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/row_groups.h"
#include "hw/chip/array.h"

#include <vector>

namespace cimarron {

// Word lines raised for one evaluation: plane k carries bit k of each row's DAC code.
struct DrivenWordLines {
    const Word* planes = nullptr;  // plane_count planes of words each
    int plane_count = 0;
    int words = 0;
    int active_lines = 0;         // rows with a non-zero DAC code
    std::int64_t code_units = 0;  // sum of DAC codes
};

constexpr int kColumnLanes = 8;  // words of columns in a vector

// The crossbar: one bit a cell. A column sum is the number of cell units that conduct,
//   sum[c] = sum over rows of DAC code x cell bit.
// Cells are packed column by column within each row group, 64 rows a word: word w of column c is
// bits(group)[w * stride() + c]. stride() is a multiple of kColumnLanes, columns
// from columns_used on are all 0.
class CellArray {
public:
    CellArray(const ArrayParams& params, int rows_used, int columns_used);

    void write(int row, int column, bool bit);
    // All cells of a column within a row group: words_in(group) words.
    void write_column(int group, int column, const Word* bits);
    bool read(int row, int column) const;

    // Column sums of one row group: sums[columns_used].
    void evaluate(int group, const DrivenWordLines& lines, std::int32_t* sums);

    // Books evaluations that a caller made of bits() itself: their word lines' DAC units, and the
    // sum of their column sums.
    void book(std::int64_t evaluations, std::int64_t code_units, std::int64_t sum_of_sums);

    int stride() const { return stride_; }
    const std::vector<Word>& bits(int group) const {
        return columns_[static_cast<std::size_t>(group)];
    }
    const RowGroups& groups() const { return groups_; }
    int columns_used() const { return columns_used_; }
    const ArrayActivity& activity() const { return activity_; }

private:
    RowGroups groups_;
    int columns_used_;
    int stride_;
    std::vector<std::vector<Word>> columns_;  // [group][word x stride]
    std::vector<std::int32_t> plane_sums_;
    ArrayActivity activity_;
};

}  // namespace cimarron
