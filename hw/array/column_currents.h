// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/cell_array.h"

namespace cimarron {

constexpr int kColumnStep = 32;            // strides are multiples
constexpr int kConductanceSteps = 512;     // to a conductance of 1
constexpr int kLargestConductance = 2047;  // 32 rows of it fit 16 bits

// Neighbouring columns of a row, a cache line of them.
struct alignas(2 * kColumnStep) ConductanceLine {
    std::uint16_t steps[kColumnStep];
};

// sums[c] = sum over rows of DAC code x conductances[row][c], for stride columns; rows
// conductances[0] .. of one row group. With loss, also the integral of the squared line current
// along the group, in rows: loss[c] = sum over line segments of (sum of the rows above)^2. Within
// blocks of 32 rows, 16 in groups of up to 64, the line current grows as if each driven line
// carried as much as the others.
void column_currents(const DrivenWordLines& lines, int rows, const std::uint16_t* conductances,
                     int stride, float* sums, float* loss);

}  // namespace cimarron
