// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/cell_array.h"
#include "hw/array/column_currents.h"
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

    // currents of one row group, padded_columns(columns_used) of them; column_sums is what the
    // cells' bits gave for the same lines. `evaluation` numbers them: each has noise of its own.
    void evaluate(const CellArray& cells, int group, const DrivenWordLines& lines,
                  const std::int32_t* column_sums, std::int64_t evaluation, float* currents);

    double conductance(int row, int column) const;  // for tests: as kept

private:
    std::uint16_t* row(int row) {
        return conductances_[static_cast<std::size_t>(row) * lines_per_row()].steps;
    }
    std::size_t lines_per_row() const { return static_cast<std::size_t>(stride_ / kColumnStep); }
    // Sums of squared DAC codes: over a column's cells at 1 into on_units_; returned, over all.
    std::int64_t square_units(const CellArray& cells, int group, const DrivenWordLines& lines);

    const CellNonIdealities params_;
    const RowGroups groups_;
    const int physical_rows_;
    const int columns_used_;
    const int stride_;  // columns, padded to whole vectors
    const std::uint64_t key_;
    const std::uint64_t read_key_;
    const float on_variance_, off_variance_;     // of a read, for one DAC unit
    std::vector<ConductanceLine> conductances_;  // [row][stride]
    std::vector<float> loss_;
    std::vector<std::int32_t> on_units_, plane_units_;
    std::vector<Word> common_lines_;
};

}  // namespace cimarron
