// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/ir_drop_weights.h"
#include "common/rng.h"
#include "hw/array/analog/evaluation_batch.h"
#include "hw/array/analog/word_line_totals.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace cimarron {
namespace {

std::vector<Word> random_plane(Rng& rng, int rows, double density) {
    std::vector<Word> plane(static_cast<std::size_t>(words_for(rows)));
    for (int r = 0; r < rows; ++r)
        if (rng.coin(density)) set_bit(plane.data(), r);
    return plane;
}

TEST(IrDropWeights, CountsAndPlacesAreThoseOfTheBits) {
    Rng rng(test::test_seed(81));
    for (int trial = 0; trial < 1000; ++trial) {
        const auto bits = static_cast<std::uint32_t>(rng.engine()()) &
                          (rng.coin(0.5) ? ~0u : static_cast<std::uint32_t>(rng.engine()()));
        std::uint32_t count = 0, places = 0;
        for (std::uint32_t i = 0; i < 32; ++i)
            if ((bits >> i & 1) != 0) {
                ++count;
                places += i;
            }
        const RaisedLines got = raised_lines(bits);
        ASSERT_EQ(got.count, count) << bits;
        ASSERT_EQ(got.places, places) << bits;
    }
}

EvaluationBatch batch_of(const std::vector<std::vector<Word>>& planes, int rows) {
    std::vector<const Word*> windows;
    for (const auto& plane : planes) windows.push_back(plane.data());
    EvaluationBatch batch;
    batch.set({windows.data(), static_cast<int>(windows.size()), 1, words_for(rows), 1}, rows);
    return batch;
}

// All lines driven: g_k = (k + 1) / n, whatever blocks they are split into.
TEST(IrDropWeights, OfAnEvenLoadAreExact) {
    for (const int rows : {1, 16, 40, 64, 65, 128, 300}) {
        std::vector<Word> plane(static_cast<std::size_t>(words_for(rows)));
        for (int r = 0; r < rows; ++r) set_bit(plane.data(), r);
        const EvaluationBatch batch = batch_of({plane}, rows);
        double expected = 0;
        for (int k = 1; k <= rows; ++k) expected += double(k) * k / (double(rows) * rows);
        EXPECT_NEAR(batch.weights().losses()[0], expected, 1e-5 * expected) << rows << " rows";
    }
}

// L is M of equal units; and of random lines near the sum of squares that it stands for.
TEST(IrDropWeights, AgreeWithTheLineCurrentOfEqualUnits) {
    const std::uint64_t seed = test::test_seed(82);
    Rng rng(seed);
    for (int trial = 0; trial < 200; ++trial) {
        const int rows = rng.uniform_int(1, 300);
        std::vector<std::vector<Word>> planes;
        for (int e = 0; e < 20; ++e) planes.push_back(random_plane(rng, rows, rng.uniform(0, 1)));
        const EvaluationBatch batch = batch_of(planes, rows);
        for (int e = 0; e < 20; ++e) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial << " " << e);
            const double units = batch.lines()[e];
            double moment = 0, most_error = 0;
            for (int b = 0; b < batch.blocks(); ++b) {
                const double own = __builtin_popcount(batch.raised(b)[e]);
                moment += double{batch.weights().of_block(b)[e]} * own;
                most_error += own * own * batch.block_rows() / 6;
            }
            double above = 0, squares = 0;
            for (int r = 0; r < rows; ++r) {
                above += get_bit(planes[e].data(), r) ? 1 : 0;
                squares += above * above;
            }
            ASSERT_EQ(units, above);
            if (units == 0) continue;
            const double loss = batch.weights().losses()[e];
            ASSERT_NEAR(moment / units, loss, 1e-5 * loss);
            // In a block of n rows, f (1 + 2 f / n) / 3 stands for what may be f^2 / n to f.
            ASSERT_NEAR(loss, squares / (units * units),
                        most_error / (units * units) + 1e-4 * loss);
        }
    }
}

TEST(WordLineTotals, SumTheNumbersOfRaisedLines) {
    Rng rng(test::test_seed(83));
    for (int trial = 0; trial < 200; ++trial) {
        const int lines = rng.uniform_int(1, 300);
        const int most = rng.uniform_int(1, 4096);
        WordLineTotals totals(lines, most);
        std::vector<int> numbers;
        for (int round = 0; round < 2; ++round) {  // a second setting replaces the first
            numbers.clear();
            for (int i = 0; i < lines; ++i) {
                numbers.push_back(rng.uniform_int(0, most));
                totals.set(i, numbers.back());
            }
        }
        std::vector<Word> planes;
        std::int64_t expected = 0;
        for (int p = rng.uniform_int(0, 9); p > 0; --p) {
            const std::vector<Word> plane = random_plane(rng, lines, 0.5);
            planes.insert(planes.end(), plane.begin(), plane.end());
            for (int i = 0; i < lines; ++i)
                if (get_bit(plane.data(), i)) expected += numbers[i];
        }
        ASSERT_EQ(totals.sum(planes), expected) << "trial " << trial;
    }
}

}  // namespace
}  // namespace cimarron
