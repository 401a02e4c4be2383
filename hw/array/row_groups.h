// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"

#include <algorithm>

namespace cimarron {

// Splits a macro's used rows into groups of at most rows_active word lines, driven one after
// another.
struct RowGroups {
    int rows = 0;
    int rows_active = 1;

    int count() const { return ceil_div(rows, rows_active); }
    int first_row(int group) const { return group * rows_active; }
    int rows_in(int group) const { return std::min(rows_active, rows - first_row(group)); }
    int words_in(int group) const { return words_for(rows_in(group)); }
};

}  // namespace cimarron
