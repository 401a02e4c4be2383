// SPDX-License-Identifier: Apache-2.0
#include "common/rng.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace cimarron {
namespace {

TEST(Rng, a_seed_names_one_sequence) {
    Rng a(7);
    Rng b(7);
    Rng other(8);
    int differing = 0;
    for (int i = 0; i < 100; ++i) {
        const int value = a.uniform_int(0, 1000000);
        EXPECT_EQ(value, b.uniform_int(0, 1000000));
        differing += value != other.uniform_int(0, 1000000) ? 1 : 0;
    }
    EXPECT_GT(differing, 90);
}

TEST(Rng, the_engine_is_the_standard_one) {
    Rng rng(5489);  // the 10000th output of mt19937_64 is fixed by the C++ standard
    rng.engine().discard(9999);
    EXPECT_EQ(rng.engine()(), 9981545732273789042u);
}

TEST(Rng, uniform_int_covers_its_range_evenly) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    Rng rng(seed);
    std::vector<int> counts(5, 0);
    constexpr int kDraws = 50000;
    for (int i = 0; i < kDraws; ++i) {
        const int value = rng.uniform_int(-2, 2);
        ASSERT_GE(value, -2);
        ASSERT_LE(value, 2);
        ++counts[static_cast<std::size_t>(value + 2)];
    }
    for (const int count : counts) EXPECT_NEAR(count, kDraws / 5, 600);  // 6.7 sigma
}

TEST(Rng, normal_and_coin_have_their_moments) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    Rng rng(seed);
    constexpr int kDraws = 50000;
    double sum = 0;
    double squares = 0;
    int heads = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double x = rng.normal(3.0, 2.0);
        sum += x;
        squares += (x - 3.0) * (x - 3.0);
        heads += rng.coin(0.25) ? 1 : 0;
    }
    EXPECT_NEAR(sum / kDraws, 3.0, 0.07);                 // 7 sigma
    EXPECT_NEAR(std::sqrt(squares / kDraws), 2.0, 0.05);  // 7 sigma
    EXPECT_NEAR(heads, kDraws / 4, 680);                  // 7 sigma
}

}  // namespace
}  // namespace cimarron
