// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

struct ArrayParams {
    int rows = 128;
    int columns = 128;
    int rows_active = 128;  // word lines driven at once; a row group
    int write_cycles = 1;   // to program one row, all columns at once
};

// One evaluation: the word lines of one row group driven with one input slice, all used columns
// read.
struct ArrayActivity {
    std::int64_t evaluations = 0;
    std::int64_t column_reads = 0;  // evaluations x columns used (bit lines precharged or biased)
    std::int64_t active_cells =
        0;  // sum over evaluations of DAC units on word lines x columns used
    std::int64_t on_cells =
        0;  // of these, units that met a cell holding 1 (= sum of column counts)
    std::int64_t cell_writes = 0;  // cells programmed
};

}  // namespace cimarron
