// SPDX-License-Identifier: Apache-2.0
#include "hw/array/cell_array.h"
#include "common/rng.h"
#include "hw/periphery/word_line_drivers.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <vector>

namespace cimarron {
namespace {

TEST(CellArray, HoldsWhatIsWritten) {
    Rng rng(test::test_seed(1));
    ArrayParams params;
    params.rows = 150;
    params.rows_active = 70;
    CellArray array(params, 133, 17);
    std::vector<bool> cells(133 * 17);
    for (int i = 0; i < 5000; ++i) {
        const int row = rng.uniform_int(0, 132);
        const int column = rng.uniform_int(0, 16);
        cells[row * 17 + column] = rng.coin(0.5);
        array.write(row, column, cells[row * 17 + column]);
    }
    for (int row = 0; row < 133; ++row)
        for (int column = 0; column < 17; ++column)
            ASSERT_EQ(array.read(row, column), cells[row * 17 + column]);
    EXPECT_EQ(array.activity().cell_writes, 5000);
}

// Every slice and row group of a random array against the sum as the header words it, counters
// included.
TEST(CellArray, ColumnSumsAndCountersMatchTheirDefinition) {
    Rng rng(test::test_seed(2));
    for (int trial = 0; trial < 200; ++trial) {
        ArrayParams params;
        params.rows = rng.uniform_int(1, 300);
        params.rows_active = rng.uniform_int(1, params.rows);
        const int rows = rng.uniform_int(1, params.rows);
        const int columns = rng.uniform_int(1, 40);
        const int bits = rng.uniform_int(1, 8);
        WordLineDriverParams driver_params;
        driver_params.dac_bits = rng.uniform_int(1, 8);
        CellArray array(params, rows, columns);
        WordLineDrivers drivers(driver_params, array.groups());
        std::vector<std::uint8_t> codes;
        for (int r = 0; r < rows; ++r) {
            codes.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, (1 << bits) - 1)));
            for (int c = 0; c < columns; ++c) array.write(r, c, rng.coin(0.5));
        }
        drivers.load(codes.data(), bits);
        ASSERT_EQ(drivers.slices(), ceil_div(bits, driver_params.dac_bits));
        std::vector<std::int32_t> sums(columns);
        std::int64_t on = 0;
        std::int64_t active = 0;
        std::int64_t lines = 0;
        for (int slice = 0; slice < drivers.slices(); ++slice)
            for (int group = 0; group < array.groups().count(); ++group) {
                array.evaluate(group, drivers.drive(slice, group), sums.data());
                for (int c = 0; c < columns; ++c) {
                    int expected = 0;
                    for (int i = 0; i < array.groups().rows_in(group); ++i) {
                        const int row = array.groups().first_row(group) + i;
                        const int dac = (codes[row] >> (slice * driver_params.dac_bits)) &
                                        ((1 << driver_params.dac_bits) - 1);
                        expected += array.read(row, c) ? dac : 0;
                        active += dac;
                        lines += c == 0 && dac > 0;
                    }
                    ASSERT_EQ(sums[c], expected) << "trial " << trial;
                    on += expected;
                }
            }
        EXPECT_EQ(array.activity().on_cells, on);
        EXPECT_EQ(array.activity().active_cells, active);
        EXPECT_EQ(drivers.activity().active_lines, lines);
        EXPECT_EQ(drivers.activity().code_units * columns, active);
        EXPECT_EQ(array.activity().evaluations, drivers.slices() * array.groups().count());
        EXPECT_EQ(array.activity().column_reads, array.activity().evaluations * columns);
    }
}

}  // namespace
}  // namespace cimarron
