// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// adder_tree: below each bit column a tree adds the products of all rows at once.
// ripple: each cell has a full adder, and sums ripple down the column between registers.
enum class DigitalStyle { adder_tree, ripple };

// An SRAM array that multiplies and adds in logic: no converter, exact sums.
struct DigitalArrayParams {
    DigitalStyle style = DigitalStyle::adder_tree;
    int rows = 128;                // inputs at once
    int columns = 8;               // bit columns
    int cells_per_multiplier = 1;  // stored weights that share one
    int input_bits = 1;            // per cycle
    int weight_bits = 1;
    int accumulator_bits = 24;
    int guard_columns = 0;         // ripple: columns of a weight beyond its bits
    int registers_per_column = 1;  // ripple

    // Weights of a row, each over neighbouring columns.
    int weights() const { return columns / (weight_bits + guard_columns); }
};

}  // namespace cimarron
