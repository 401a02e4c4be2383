// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/analog/column_currents.h"
#include "hw/array/analog/evaluation_batch.h"

#include <vector>

namespace cimarron {

constexpr int kSubsetRows = 4;
constexpr int kSubsets = 1 << kSubsetRows;

// Of a batch's rows in kColumnStep columns, conductances[row * row_stride]: the sums of all subsets
// of four neighbouring rows, [four][subset], the subset's bits being its rows.
void sum_subsets(const ConductanceLine* conductances, std::size_t row_stride,
                 const EvaluationBatch& batch, std::vector<ConductanceLine>& subsets);

// column_currents() of evaluations begin .. end - 1 in these columns, or in the first half of them
// where few are used: sums and moments [evaluation - begin][kColumnStep], moments only where they
// are asked for. An evaluation adds a subset for four rows, whatever lines it raises.
void batch_currents(const EvaluationBatch& batch, int begin, int end,
                    const std::vector<ConductanceLine>& subsets, bool few_columns, float* sums,
                    float* moments);

}  // namespace cimarron
