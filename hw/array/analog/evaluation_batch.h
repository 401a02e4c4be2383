// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/analog/ir_drop_weights.h"
#include "hw/array/sliced_windows.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// Many evaluations of one row group with 1-bit DACs, slice after slice of window after window, and
// what is known of them before any cell is looked at.
class EvaluationBatch {
public:
    void set(const SlicedWindows& windows, int rows);

    int count() const { return count_; }
    int rows() const { return rows_; }
    int block_rows() const { return row_block(rows_); }
    int blocks() const { return ceil_div(rows_, block_rows()); }
    const std::vector<Word>& words() const { return words_; }  // [evaluation][word]
    // Of each evaluation, in turn: lines raised in a block, and in all.
    const std::uint32_t* raised(int block) const { return raised_.data() + block * count_; }
    const std::int32_t* lines() const { return lines_.data(); }
    const IrDropWeights& weights() const { return weights_; }

private:
    int count_ = 0, rows_ = 0;
    std::vector<Word> words_;
    std::vector<std::uint32_t> raised_, units_, places_;  // [block][evaluation]
    std::vector<std::int32_t> lines_;
    IrDropWeights weights_;
};

}  // namespace cimarron
