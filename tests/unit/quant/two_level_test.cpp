// SPDX-License-Identifier: Apache-2.0
#include "quant/two_level.h"

#include "common/rng.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

std::vector<float> random_group(Rng& rng, int count) {
    std::vector<float> w(static_cast<std::size_t>(count));
    const double mean = rng.uniform(-1, 1);
    const bool coarse = rng.coin(0.3);  // few distinct values: ties
    for (float& x : w) {
        const double v = rng.normal(mean, 0.5);
        x = static_cast<float>(coarse ? std::round(v * 3) / 3 : v);
    }
    return w;
}

// Mean squared error of levels alpha * B + beta on the group.
double error_of(const std::vector<float>& w, const std::vector<std::int8_t>& b, double alpha,
                double beta) {
    double sum = 0;
    for (std::size_t i = 0; i < w.size(); ++i)
        sum += std::pow(static_cast<double>(w[i]) - alpha * b[i] - beta, 2);
    return sum / static_cast<double>(w.size());
}

// Least error over every sign pattern with its own least-squares levels (class means).
double brute_force(const std::vector<float>& w) {
    double best = 1e300;
    for (unsigned pattern = 0; pattern < (1U << w.size()); ++pattern) {
        double sum[2] = {0, 0};
        double count[2] = {0, 0};
        for (std::size_t i = 0; i < w.size(); ++i) {
            sum[(pattern >> i) & 1U] += static_cast<double>(w[i]);
            count[(pattern >> i) & 1U] += 1;
        }
        double error = 0;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const unsigned side = (pattern >> i) & 1U;
            error += std::pow(static_cast<double>(w[i]) - sum[side] / count[side], 2);
        }
        best = std::min(best, error / static_cast<double>(w.size()));
    }
    return best;
}

TEST(TwoLevel, ClosedFormIsItsDefinition) {
    Rng rng(test::test_seed(11));
    for (int round = 0; round < 500; ++round) {
        const auto w = random_group(rng, rng.uniform_int(2, 300));
        const auto n = static_cast<double>(w.size());
        double m = 0;
        for (float x : w) m += static_cast<double>(x) / n;
        double mad = 0;
        double p = 0;
        const TwoLevel t = two_level_closed_form(w.data(), w.size());
        for (float x : w) {
            mad += std::abs(static_cast<double>(x) - m) / n;
            p += static_cast<double>(x) >= t.threshold ? 1 / n : 0;
        }
        EXPECT_NEAR(t.threshold, m, 1e-9);
        if (t.alpha == 0) continue;  // a constant group
        EXPECT_NEAR(t.alpha, mad / (4 * p * (1 - p)), 1e-9);
        EXPECT_NEAR(t.beta, m + t.alpha * (1 - 2 * p), 1e-9);
        const auto b = signs(w.data(), w.size(), t.threshold);
        EXPECT_NEAR(t.squared_error, error_of(w, b, t.alpha, t.beta), 1e-9);
    }
}

TEST(TwoLevel, ClosedFormLevelsAreOptimalForItsSigns) {
    Rng rng(test::test_seed(12));
    for (int round = 0; round < 200; ++round) {
        const auto w = random_group(rng, rng.uniform_int(2, 60));
        const TwoLevel t = two_level_closed_form(w.data(), w.size());
        const auto b = signs(w.data(), w.size(), t.threshold);
        for (double da : {-1e-3, 0.0, 1e-3})
            for (double db : {-1e-3, 0.0, 1e-3})
                EXPECT_LE(t.squared_error, error_of(w, b, t.alpha + da, t.beta + db) + 1e-9);
    }
}

TEST(TwoLevel, OptimumEqualsBruteForce) {
    Rng rng(test::test_seed(13));
    for (int round = 0; round < 150; ++round) {
        const auto w = random_group(rng, rng.uniform_int(1, 12));
        const TwoLevel t = two_level_optimum(w.data(), w.size());
        EXPECT_NEAR(t.squared_error, brute_force(w), 1e-9) << "round " << round;
        const auto b = signs(w.data(), w.size(), t.threshold);
        EXPECT_NEAR(t.squared_error, error_of(w, b, t.alpha, t.beta), 1e-9);
    }
}

TEST(TwoLevel, ClosedFormNeverBeatsOptimum) {
    Rng rng(test::test_seed(14));
    int strictly_worse = 0;
    for (int round = 0; round < 500; ++round) {
        const auto w = random_group(rng, rng.uniform_int(1, 400));
        const double closed = two_level_closed_form(w.data(), w.size()).squared_error;
        const double best = two_level_optimum(w.data(), w.size()).squared_error;
        EXPECT_GE(closed, best - 1e-12);
        strictly_worse += closed > best + 1e-6 ? 1 : 0;
    }
    EXPECT_GT(strictly_worse, 100);
}

TEST(TwoLevel, ShiftAndScaleMoveTheLevels) {
    Rng rng(test::test_seed(15));
    for (auto quantize : {two_level_closed_form, two_level_optimum}) {
        for (int round = 0; round < 200; ++round) {
            // Multiples of 1/8 and powers of two keep the transformed floats exact.
            std::vector<float> w(static_cast<std::size_t>(rng.uniform_int(1, 50)));
            for (float& x : w) x = static_cast<float>(rng.uniform_int(-64, 64)) / 8;
            const float scale = std::ldexp(1.0F, rng.uniform_int(-3, 3));
            const float shift = static_cast<float>(rng.uniform_int(-64, 64)) / 8;
            std::vector<float> moved(w.size());
            std::transform(w.begin(), w.end(), moved.begin(),
                           [&](float x) { return scale * x + shift; });
            const TwoLevel a = quantize(w.data(), w.size());
            const TwoLevel b = quantize(moved.data(), moved.size());
            const auto k = static_cast<double>(scale);
            EXPECT_NEAR(b.squared_error, k * k * a.squared_error, 1e-9 * (1 + k * k));
            EXPECT_NEAR(b.alpha, k * a.alpha, 1e-9 * (1 + k));
            EXPECT_NEAR(b.beta, k * a.beta + static_cast<double>(shift), 1e-9 * (1 + k));
        }
    }
}

TEST(TwoLevel, DegenerateGroups) {
    for (auto quantize : {two_level_closed_form, two_level_optimum}) {
        for (std::size_t n : {1U, 2U, 3U, 7U, 1000U}) {
            const std::vector<float> constant(n, 0.1F);
            const TwoLevel t = quantize(constant.data(), n);
            EXPECT_EQ(t.alpha, 0);
            EXPECT_EQ(t.beta, static_cast<double>(0.1F));
            EXPECT_EQ(t.squared_error, 0);
        }
        const float pair[] = {-1.0F, 2.0F};
        const TwoLevel t = quantize(pair, 2);
        EXPECT_EQ(t.alpha, 1.5);
        EXPECT_EQ(t.beta, 0.5);
        EXPECT_EQ(t.squared_error, 0);
    }
}

// The figures a Gaussian gives: alpha = sigma sqrt(2/pi), error 1 - 2/pi of the variance.
TEST(TwoLevel, GaussianLevels) {
    Rng rng(test::test_seed(16));
    std::vector<float> w(200000);
    for (float& x : w) x = static_cast<float>(rng.normal(0.3, 2.0));
    const TwoLevel t = two_level_closed_form(w.data(), w.size());
    const double pi = std::acos(-1.0);
    EXPECT_NEAR(t.alpha, 2 * std::sqrt(2 / pi), 0.02);
    EXPECT_NEAR(t.beta, 0.3, 0.02);
    EXPECT_NEAR(t.squared_error, 4 * (1 - 2 / pi), 0.03);
}

}  // namespace
}  // namespace cimarron
