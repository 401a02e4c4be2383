// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/cell_array.h"

namespace cimarron {

constexpr int kColumnTile = 64;            // columns summed together; strides are multiples
constexpr int kConductanceSteps = 512;     // to a conductance of 1
constexpr int kLargestConductance = 2047;  // 16 rows of it fit 16 bits

// sums[c] = sum over rows of DAC code x conductances[row][c], for stride columns; rows
// conductances[0] .. of one row group. With loss, also the integral of the squared line current
// along the group, in rows: loss[c] = sum over line segments of (sum of the rows above)^2.
void column_currents(const DrivenWordLines& lines, int rows, const std::int16_t* conductances,
                     int stride, float* sums, float* loss);

// sums[c] *= h(y[c]), h(y) = tanh(sqrt y) / sqrt y, y = 3 wire (loss / sums + lead sums): the IR
// drop of the group's lines and of `lead` rows of line between it and the sense amplifier.
void apply_ir_drop(float wire, float lead, int count, const float* loss, float* sums);

}  // namespace cimarron
