// SPDX-License-Identifier: Apache-2.0
#include "common/noise.h"
#include "common/normal_windows.h"
#include "common/rng.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cimarron {
namespace {

constexpr int kKeys = 4000;
constexpr int kPerKey = 500;

// Over many keys and indices, as the model draws them: draw(key, numbers).
template <class Draw>
void expect_normal(std::uint64_t seed, Draw draw) {
    double moment[7] = {};
    std::int64_t beyond[5] = {};
    std::vector<float> z(kPerKey);
    for (std::uint64_t k = 0; k < kKeys; ++k) {
        draw(derive_key(seed, k), z);
        for (const float x : z) {
            double power = 1;
            for (double& m : moment) {
                m += power;
                power *= x;
            }
            for (int s = 1; s <= 4; ++s) beyond[s] += std::fabs(x) > 1.0 * s;
        }
    }
    const double n = moment[0];
    EXPECT_NEAR(moment[1] / n, 0, 5 / std::sqrt(n)) << "seed " << seed;
    EXPECT_NEAR(moment[2] / n, 1, 0.005) << "seed " << seed;
    EXPECT_NEAR(moment[3] / n, 0, 0.01) << "seed " << seed;
    EXPECT_NEAR(moment[4] / n, 3, 0.03) << "seed " << seed;
    EXPECT_NEAR(moment[6] / n, 15, 0.5) << "seed " << seed;
    const double tolerance[] = {0, 0.015, 0.015, 0.015, 0.15};
    for (int s = 1; s <= 4; ++s) {
        const double expected = n * std::erfc(s / std::sqrt(2.0));
        EXPECT_NEAR(static_cast<double>(beyond[s]), expected,
                    tolerance[s] * expected + 5 * std::sqrt(expected))
            << s << " sigma, seed " << seed;
    }
}

void draw_lanes(std::uint64_t key, std::vector<float>& z) {
    normals_at(key, 0, static_cast<int>(z.size()), z.data());
}

void draw_window(std::uint64_t key, std::vector<float>& z) {
    const NormalWindows window(key);
    for (std::size_t i = 0; i < z.size(); ++i) z[i] = window.at(static_cast<int>(i));
}

TEST(Noise, NormalsHaveTheMomentsAndTailsOfTheNormalDistribution) {
    expect_normal(test::test_seed(41), draw_lanes);
}

TEST(Noise, WindowsHaveTheMomentsAndTailsOfTheNormalDistribution) {
    expect_normal(test::test_seed(45), draw_window);
}

// Each number of a window is normal over the keys, not only all of them together; to its end.
TEST(Noise, EveryPlaceOfAWindowIsNormal) {
    const std::uint64_t seed = test::test_seed(46);
    constexpr int kDraws = 40000;
    for (const int place : {0, 1, 127, 128, 2000, NormalWindows::kLength - 1}) {
        double sum = 0, squares = 0;
        int beyond = 0;
        for (std::uint64_t k = 0; k < kDraws; ++k) {
            const double z = NormalWindows(derive_key(seed, k)).at(place);
            sum += z;
            squares += z * z;
            beyond += std::fabs(z) > 2;
        }
        EXPECT_NEAR(sum / kDraws, 0, 5 / std::sqrt(kDraws)) << place << ", seed " << seed;
        EXPECT_NEAR(squares / kDraws, 1, 5 * std::sqrt(2.0 / kDraws)) << place << ", seed " << seed;
        const double share = std::erfc(std::sqrt(2.0));
        EXPECT_NEAR(beyond, share * kDraws, 5 * std::sqrt(share * kDraws))
            << place << ", seed " << seed;
    }
}

TEST(Noise, WindowsOfManyKeysAreThoseOfEach) {
    Rng rng(test::test_seed(48));
    for (int trial = 0; trial < 50; ++trial) {
        const std::uint64_t key = rng.engine()();
        const int first = rng.uniform_int(0, 1000000);
        const int step = rng.uniform_int(1, 40);
        std::vector<NormalWindows> all(static_cast<std::size_t>(rng.uniform_int(0, 200)),
                                       NormalWindows(0));
        NormalWindows::fill(key, first, step, all);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const NormalWindows one(
                derive_key(key, static_cast<std::uint64_t>(first) + i * std::uint64_t(step)));
            for (const int place : {0, 77})
                ASSERT_EQ(all[i].at(place), one.at(place)) << "trial " << trial << " key " << i;
        }
    }
}

// Columns of an evaluation, at any distance, and of one evaluation and the next.
TEST(Noise, PlacesOfAWindowHardlyCorrelate) {
    const std::uint64_t seed = test::test_seed(47);
    constexpr int kColumns = 128;
    constexpr double kMostCorrelation = 0.05;
    double lag[kColumns] = {};
    double next_key = 0;
    std::vector<float> z(kColumns), before(kColumns);
    for (std::uint64_t k = 0; k < 2 * kKeys; ++k) {
        draw_window(derive_key(seed, k), z);
        for (int d = 1; d < kColumns; ++d)
            for (int i = d; i < kColumns; ++i) lag[d] += z[i] * z[i - d];
        for (int i = 0; k > 0 && i < kColumns; ++i) next_key += z[i] * before[i];
        z.swap(before);
    }
    for (int d = 1; d < kColumns; ++d) {
        const double n = 2.0 * kKeys * (kColumns - d);
        EXPECT_NEAR(lag[d] / n, 0, kMostCorrelation + 5 / std::sqrt(n)) << d << ", seed " << seed;
    }
    const double n = 2.0 * kKeys * kColumns;
    EXPECT_NEAR(next_key / n, 0, 10 / std::sqrt(n)) << "seed " << seed;
}

TEST(Noise, NumbersDependOnKeyAndIndexAlone) {
    Rng rng(test::test_seed(42));
    for (int trial = 0; trial < 200; ++trial) {
        const std::uint64_t key = rng.engine()();
        std::vector<float> all(300);
        normals_at(key, 0, 300, all.data());
        const int first = rng.uniform_int(0, 299);
        const int count = rng.uniform_int(0, 300 - first);
        std::vector<float> some(static_cast<std::size_t>(count) + 1, 77.0F);
        normals_at(key, first, count, some.data());
        for (int i = 0; i < count; ++i) ASSERT_EQ(some[i], all[first + i]);
        EXPECT_EQ(some.back(), 77.0F);
    }
}

// Neighbours in index and in key are uncorrelated, within 5 standard errors.
TEST(Noise, NeighboursAreUncorrelated) {
    const std::uint64_t seed = test::test_seed(43);
    double next_index = 0;
    double next_key = 0;
    std::vector<float> z(kPerKey), before(kPerKey);
    for (std::uint64_t k = 0; k < kKeys; ++k) {
        normals_at(derive_key(seed, k), 0, kPerKey, z.data());
        for (int i = 1; i < kPerKey; ++i) next_index += z[i] * z[i - 1];
        for (int i = 0; k > 0 && i < kPerKey; ++i) next_key += z[i] * before[i];
        z.swap(before);
    }
    const double n = 1.0 * kKeys * kPerKey;
    EXPECT_NEAR(next_index / n, 0, 5 / std::sqrt(n)) << "seed " << seed;
    EXPECT_NEAR(next_key / n, 0, 5 / std::sqrt(n)) << "seed " << seed;
}

TEST(Noise, UniformsFillTheirInterval) {
    const std::uint64_t seed = test::test_seed(44);
    double sum = 0;
    int low = 0;
    for (std::uint64_t i = 0; i < 100000; ++i) {
        const double u = uniform_at(seed, i);
        ASSERT_GE(u, 0);
        ASSERT_LT(u, 1);
        sum += u;
        low += u < 0.01;
    }
    EXPECT_NEAR(sum / 100000, 0.5, 0.005) << "seed " << seed;
    EXPECT_NEAR(low, 1000, 160) << "seed " << seed;
}

}  // namespace
}  // namespace cimarron
