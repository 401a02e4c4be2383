// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/analog/bit_line_reading.h"
#include "hw/array/analog/column_currents.h"
#include "hw/array/analog/evaluation_batch.h"
#include "hw/array/analog/word_line_totals.h"
#include "hw/array/cell_array.h"
#include "hw/chip/non_idealities.h"

#include <vector>

namespace cimarron {

int padded_columns(int columns);  // to whole vectors

// The currents of a crossbar's columns when its cells are not ideal. A column's current in units of
// G_on - G_off at one DAC unit is
//   I[c] = h(y) S + noise,   S = sum over rows of DAC code x G[row][c]
// with G drawn once for each cell (state, variation, drift), h(y) = tanh(sqrt y) / sqrt y the IR
// drop of an evenly loaded line whose y = 3 wire_resistance (2 M - S L + lead S) gives the losses
// of this load to first order (IrDropWeights), and noise, drawn anew for each evaluation, of
// variance
//   read_sigma^2 (A2 / A) ((G_on + G_off) S - A G_on G_off),  A, A2: sums of DAC codes, of squares
// which is read_sigma^2 x sum of (DAC code x G)^2 where cells have the mean conductance of their
// state and rows of all codes as many cells at 1. Conductances are kept in steps of 1/512, rounded
// at random, up to 4.
class AnalogArray {
public:
    AnalogArray(const CellNonIdealities& params, const ArrayParams& array, const RowGroups& groups,
                int columns_used, std::uint64_t key);

    // Draws the conductances of what the cells hold.
    void program(const CellArray& cells);

    // currents of one row group, padded_columns(columns_used) of them. `evaluation` numbers them:
    // each has noise of its own.
    void evaluate(int group, const DrivenWordLines& lines, std::int64_t evaluation,
                  float* currents);

    // The same of many evaluations with 1-bit DACs, numbered first_evaluation, + step, ..: first
    // what all columns have in common, then for columns first .. first + kColumnStep - 1 the
    // evaluations begin .. end - 1: currents[evaluation - begin][kColumnStep].
    void prepare(int group, const SlicedWindows& windows, std::int64_t first_evaluation,
                 std::int64_t step);
    void choose_columns(int first);
    void evaluate_chosen(int begin, int end, float* currents);
    // Of what is prepared: raised lines, and the sum of all cells at 1 in them.
    std::int64_t lines() const;
    std::int64_t units() const;

    double conductance(int row, int column) const;  // for tests: as kept

private:
    ConductanceLine* row(int row) {
        return conductances_.data() + static_cast<std::size_t>(row) * lines_per_row();
    }
    std::size_t lines_per_row() const { return static_cast<std::size_t>(stride_ / kColumnStep); }
    bool drops() const { return params_.wire_resistance > 0; }
    bool noisy() const { return params_.read_sigma > 0; }
    ReadEffects effects() const { return {drops(), noisy()}; }
    float wire() const { return static_cast<float>(3 * params_.wire_resistance); }
    // Rows of line between a group and the sense amplifier.
    float lead(int group) const {
        return static_cast<float>(physical_rows_ - groups_.first_row(group) -
                                  groups_.rows_in(group));
    }
    BitLineReading common_reading() const {
        return {2 * wire(), 0, variance_of_current_, 0, NormalWindows(0)};
    }
    void weigh(const DrivenWordLines& lines, int rows);

    const CellNonIdealities params_;
    const RowGroups groups_;
    const int physical_rows_;
    const int columns_used_;
    const int stride_;  // columns, padded to whole vectors
    const std::uint64_t read_key_;
    const std::uint64_t key_;
    const float variance_of_current_, variance_of_line_;  // of a read, for one DAC unit
    std::vector<ConductanceLine> conductances_;           // [row][stride]
    std::vector<WordLineTotals> cells_at_1_;              // of each row group's lines

    std::vector<float> moments_;
    IrDropWeights weights_;  // of one evaluation
    std::vector<std::uint32_t> units_, places_;

    int group_ = 0;         // of what is prepared
    int first_column_ = 0;  // of those chosen
    EvaluationBatch batch_;
    std::vector<NormalWindows> noises_;
    std::vector<ConductanceLine> subsets_;
};

}  // namespace cimarron
