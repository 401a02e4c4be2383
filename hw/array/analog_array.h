// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/cell_array.h"
#include "hw/array/non_idealities.h"

#include <vector>

namespace cimarron {

// The currents of a crossbar's columns when its cells are not ideal. A column's current in units of
// G_on - G_off at one DAC unit is
//   I[c] = h(y) S + noise,   S = sum over rows of DAC code x G[row][c]
// with G drawn once for each cell (state, variation, drift), h(y) = tanh(sqrt y) / sqrt y the IR
// drop of an evenly loaded line whose y gives the losses of this load to first order, and noise of
// variance read_sigma^2 x sum of (DAC code x mean G)^2, drawn anew for each evaluation.
// Conductances are kept in steps of 1/512, rounded at random, up to 4.
int padded_columns(int columns);  // to whole vectors

class AnalogArray {
public:
    AnalogArray(const CellNonIdealities& params, const ArrayParams& array, const RowGroups& groups,
                int columns_used, std::uint64_t key);

    // Draws the conductances of what the cells hold.
    void program(const CellArray& cells);

    // currents of one row group, padded_columns(columns_used) of them. `evaluation` numbers them:
    // each has noise of its own.
    void evaluate(const CellArray& cells, int group, const DrivenWordLines& lines,
                  std::int64_t evaluation, float* currents);

    double conductance(int row, int column) const;  // for tests: as kept

private:
    void draw_row(const CellArray& cells, int row);
    void add_read_noise(const CellArray& cells, int group, const DrivenWordLines& lines,
                        std::int64_t evaluation, float* currents);

    const CellNonIdealities params_;
    const RowGroups groups_;
    const int physical_rows_;
    const int columns_used_;
    const int stride_;  // columns, padded to whole vectors
    const std::uint64_t key_;
    std::vector<std::int16_t> conductances_;  // [row][stride]
    std::vector<float> loss_;
    std::vector<std::int32_t> on_units_, plane_units_;
    std::vector<Word> common_lines_;
    std::vector<float> normals_;
};

}  // namespace cimarron
