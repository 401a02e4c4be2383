// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/analog_array.h"
#include "common/rng.h"
#include "hw/periphery/word_line_drivers.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <vector>

namespace cimarron {
namespace {

constexpr double kStep = 1.0 / 512;  // of a kept conductance

// A random array in row groups, its drivers, and the DAC code of every row.
struct Bench {
    Bench(Rng& rng, int rows, int columns, int dac_bits, int rows_active)
        : array{rows, columns, rows_active, 1}, cells(array, rows, columns) {
        WordLineDriverParams params;
        params.dac_bits = dac_bits;
        drivers.emplace(params, cells.groups());
        for (int r = 0; r < rows; ++r) {
            codes.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, (1 << dac_bits) - 1)));
            for (int c = 0; c < columns; ++c) cells.write(r, c, rng.coin(0.5));
        }
        drivers->load(codes.data(), dac_bits);
    }
    AnalogArray analog(const CellNonIdealities& params, std::uint64_t key) const {
        AnalogArray made(params, array, cells.groups(), cells.columns_used(), key);
        made.program(cells);
        return made;
    }
    std::vector<float> currents(AnalogArray& analog, int group, std::int64_t evaluation) {
        std::vector<float> result(static_cast<std::size_t>(padded_columns(cells.columns_used())));
        analog.evaluate(group, drivers->drive(0, group), evaluation, result.data());
        return result;
    }
    int groups() const { return cells.groups().count(); }

    ArrayParams array;
    CellArray cells;
    std::optional<WordLineDrivers> drivers;
    std::vector<std::uint8_t> codes;
};

// A column's current is the sum over its rows of DAC code x kept conductance.
TEST(AnalogArray, CurrentsAreWeightedSumsOfTheConductances) {
    const std::uint64_t seed = test::test_seed(51);
    Rng rng(seed);
    for (int trial = 0; trial < 100; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        const int rows = rng.uniform_int(1, 200);
        Bench bench(rng, rows, rng.uniform_int(1, 150), rng.uniform_int(1, 8),
                    rng.uniform_int(1, rows));
        CellNonIdealities params;
        params.off_conductance = rng.uniform(0, 0.4);
        params.sigma_on = params.sigma_off = rng.uniform(0, 0.3);
        AnalogArray analog = bench.analog(params, rng.engine()());
        for (int g = 0; g < bench.groups(); ++g) {
            const std::vector<float> currents = bench.currents(analog, g, 1);
            for (int c = 0; c < bench.cells.columns_used(); ++c) {
                double expected = 0;
                for (int i = 0; i < bench.cells.groups().rows_in(g); ++i) {
                    const int row = bench.cells.groups().first_row(g) + i;
                    expected += bench.codes[row] * analog.conductance(row, c);
                }
                ASSERT_NEAR(currents[c], expected, 1e-6 * expected + 1e-6);
            }
        }
    }
}

// Nothing switched on: conductances are the bits themselves.
TEST(AnalogArray, IdealCellsConductTheirBit) {
    Rng rng(test::test_seed(52));
    Bench bench(rng, 100, 70, 1, 100);
    const AnalogArray analog = bench.analog({}, 5);
    for (int r = 0; r < 100; ++r)
        for (int c = 0; c < 70; ++c)
            ASSERT_EQ(analog.conductance(r, c), bench.cells.read(r, c) ? 1 : 0);
}

struct Moments {
    void add(double x) {
        ++n;
        sum += x;
        squares += x * x;
    }
    double mean() const { return sum / n; }
    double sigma() const { return std::sqrt(squares / n - mean() * mean()); }
    double n = 0, sum = 0, squares = 0;
};

// Of ln G: the sigma asked for in each state; of G: the nominal mean. Within 5 standard errors.
TEST(AnalogArray, ConductancesVaryAsAsked) {
    const std::uint64_t seed = test::test_seed(53);
    Rng rng(seed);
    Bench bench(rng, 256, 256, 1, 256);
    CellNonIdealities params;
    params.off_conductance = 0.5;
    params.sigma_on = 0.1;
    params.sigma_off = 0.3;
    const AnalogArray analog = bench.analog(params, seed);
    Moments logarithm[2], mean[2];
    for (int r = 0; r < 256; ++r)
        for (int c = 0; c < 256; ++c) {
            const int on = bench.cells.read(r, c) ? 1 : 0;
            logarithm[on].add(std::log(analog.conductance(r, c)));
            mean[on].add(analog.conductance(r, c));
        }
    EXPECT_NEAR(mean[1].mean(), 1.5, 5 * 1.5 * 0.1 / std::sqrt(mean[1].n)) << "seed " << seed;
    EXPECT_NEAR(mean[0].mean(), 0.5, 5 * 0.5 * 0.3 / std::sqrt(mean[0].n)) << "seed " << seed;
    EXPECT_NEAR(logarithm[1].sigma(), 0.1, 0.003) << "seed " << seed;
    EXPECT_NEAR(logarithm[0].sigma(), 0.3, 0.008) << "seed " << seed;
}

// (t / t0)^-nu, and its spread over cells when the exponents spread.
TEST(AnalogArray, ConductancesDriftByThePowerLaw) {
    const std::uint64_t seed = test::test_seed(54);
    Rng rng(seed);
    Bench bench(rng, 256, 256, 1, 256);
    CellNonIdealities params;
    params.off_conductance = 0.5;
    params.drift_on = 0.05;
    params.drift_off = 0.1;
    params.drift_sigma = 0.2;
    params.drift_log_time = std::log(86400.0);
    const AnalogArray analog = bench.analog(params, seed);
    Moments exponent[2];
    for (int r = 0; r < 256; ++r)
        for (int c = 0; c < 256; ++c) {
            const bool on = bench.cells.read(r, c);
            exponent[on].add(-std::log(analog.conductance(r, c) / (on ? 1.5 : 0.5)) /
                             params.drift_log_time);
        }
    EXPECT_NEAR(exponent[1].mean(), 0.05, 0.0005) << "seed " << seed;
    EXPECT_NEAR(exponent[0].mean(), 0.1, 0.001) << "seed " << seed;
    EXPECT_NEAR(exponent[1].sigma(), 0.01, 0.0005) << "seed " << seed;
    EXPECT_NEAR(exponent[0].sigma(), 0.02, 0.001) << "seed " << seed;
}

// Read noise: independent of the evaluation before, of the variance that the driven cells have.
TEST(AnalogArray, ReadNoiseAddsTheVarianceOfTheDrivenCells) {
    const std::uint64_t seed = test::test_seed(55);
    Rng rng(seed);
    for (const int dac_bits : {1, 3}) {
        Bench bench(rng, 96, 64, dac_bits, 96);
        CellNonIdealities params;
        params.off_conductance = 0.25;
        params.read_sigma = 0.05;
        AnalogArray noisy = bench.analog(params, seed);
        params.read_sigma = 0;
        AnalogArray quiet = bench.analog(params, seed);
        const std::vector<float> mean = bench.currents(quiet, 0, 0);
        std::vector<double> variance(64);
        for (int i = 0; i < bench.cells.groups().rows_in(0); ++i)
            for (int c = 0; c < 64; ++c) {
                const double g = bench.codes[i] * (bench.cells.read(i, c) ? 1.25 : 0.25);
                variance[c] += 0.05 * 0.05 * g * g;
            }
        Moments z;
        for (std::int64_t e = 0; e < 2000; ++e) {
            const std::vector<float> now = bench.currents(noisy, 0, e);
            for (int c = 0; c < 64; ++c)
                if (variance[c] > 0) z.add((now[c] - mean[c]) / std::sqrt(variance[c]));
            ASSERT_EQ(now, bench.currents(noisy, 0, e)) << "an evaluation has one noise";
        }
        EXPECT_NEAR(z.mean(), 0, 5 / std::sqrt(z.n)) << "seed " << seed;
        EXPECT_NEAR(z.sigma(), 1, 0.01) << "seed " << seed;
    }
}

// Each effect draws from a stream of its own, so the others' draws stay.
TEST(AnalogArray, SwitchingDriftLeavesTheVariation) {
    Rng rng(test::test_seed(56));
    Bench bench(rng, 60, 60, 1, 60);
    CellNonIdealities params;
    params.off_conductance = 0.5;
    params.sigma_on = params.sigma_off = 0.2;
    const AnalogArray before = bench.analog(params, 9);
    params.drift_on = params.drift_off = 0.1;
    params.drift_log_time = 2;
    const AnalogArray after = bench.analog(params, 9);
    for (int r = 0; r < 60; ++r)
        for (int c = 0; c < 60; ++c)
            EXPECT_NEAR(after.conductance(r, c), before.conductance(r, c) * std::exp(-0.2),
                        2 * kStep);
}

TEST(StuckCells, AsManyAsAskedAndTheSameInEveryRowGroup) {
    const std::uint64_t seed = test::test_seed(57);
    CellNonIdealities params;
    params.stuck_at_0 = 0.02;
    params.stuck_at_1 = 0.05;
    constexpr int kRows = 300;
    int stuck[2] = {};
    for (int c = 0; c < 300; ++c) {
        std::vector<Word> of_0(words_for(kRows)), of_1(words_for(kRows), ~Word{0});
        hold_stuck(params, seed, c, 0, kRows, of_0.data());
        hold_stuck(params, seed, c, 0, kRows, of_1.data());
        for (int r = 0; r < kRows; ++r)
            if (get_bit(of_0.data(), r) == get_bit(of_1.data(), r))
                ++stuck[get_bit(of_0.data(), r)];
        // A row group's cells are those of the whole column.
        std::vector<Word> group(words_for(100));
        hold_stuck(params, seed, c, 150, 100, group.data());
        for (int r = 0; r < 100; ++r)
            EXPECT_EQ(get_bit(group.data(), r), get_bit(of_0.data(), 150 + r));
    }
    EXPECT_NEAR(stuck[0], 90000 * 0.02, 5 * std::sqrt(90000 * 0.02)) << "seed " << seed;
    EXPECT_NEAR(stuck[1], 90000 * 0.05, 5 * std::sqrt(90000 * 0.05)) << "seed " << seed;
}

}  // namespace
}  // namespace cimarron
