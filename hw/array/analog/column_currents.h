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
// conductances[0] .. of one row group. With weights, one of each row_block(rows) rows, also
//   moments[c] = sum over rows of weight x DAC code x conductances[row][c]
void column_currents(const DrivenWordLines& lines, int rows, const std::uint16_t* conductances,
                     int stride, const float* weights, float* sums, float* moments);

}  // namespace cimarron
