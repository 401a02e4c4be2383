// SPDX-License-Identifier: Apache-2.0
#include "hw/array/cell_array.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

CIMARRON_MULTIVERSION
std::int32_t total(const std::int32_t* sums, int count) {
    std::int32_t all = 0;
    for (int c = 0; c < count; ++c) all += sums[c];
    return all;
}

}  // namespace

CellArray::CellArray(const ArrayParams& params, int rows_used, int columns_used)
    : groups_{rows_used, params.rows_active},
      columns_used_(columns_used),
      stride_(ceil_div(columns_used, kColumnLanes) * kColumnLanes),
      columns_(static_cast<std::size_t>(groups_.count())),
      plane_sums_(static_cast<std::size_t>(columns_used)) {
    for (int g = 0; g < groups_.count(); ++g)
        columns_[g].assign(static_cast<std::size_t>(stride_) * groups_.words_in(g), 0);
}

void CellArray::write(int row, int column, bool bit) {
    const int group = row / groups_.rows_active;
    const int line = row - groups_.first_row(group);
    Word& cells = columns_[group][static_cast<std::size_t>(line / kWordBits * stride_ + column)];
    const Word mask = Word{1} << (line % kWordBits);
    if (bit)
        cells |= mask;
    else
        cells &= ~mask;
    ++activity_.cell_writes;
}

void CellArray::write_column(int group, int column, const Word* bits) {
    Word* cells = columns_[static_cast<std::size_t>(group)].data() + column;
    for (int w = 0; w < groups_.words_in(group); ++w) cells[w * stride_] = bits[w];
    activity_.cell_writes += groups_.rows_in(group);
}

bool CellArray::read(int row, int column) const {
    const int group = row / groups_.rows_active;
    const int line = row - groups_.first_row(group);
    return get_bit(columns_[group].data() + line / kWordBits * stride_ + column, line % kWordBits);
}

void CellArray::evaluate(int group, const DrivenWordLines& lines, std::int32_t* sums) {
    const Word* columns = columns_[group].data();
    column_popcounts(lines.planes, columns, lines.words, stride_, columns_used_, sums);
    for (int k = 1; k < lines.plane_count; ++k) {
        column_popcounts(lines.planes + k * lines.words, columns, lines.words, stride_,
                         columns_used_, plane_sums_.data());
        for (int c = 0; c < columns_used_; ++c) sums[c] += plane_sums_[c] << k;
    }
    book(1, lines.code_units, total(sums, columns_used_));
}

void CellArray::book(std::int64_t evaluations, std::int64_t code_units, std::int64_t sum_of_sums) {
    activity_.evaluations += evaluations;
    activity_.column_reads += evaluations * columns_used_;
    activity_.active_cells += code_units * columns_used_;
    activity_.on_cells += sum_of_sums;
}

}  // namespace cimarron
