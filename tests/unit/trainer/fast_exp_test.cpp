// SPDX-License-Identifier: Apache-2.0
#include "trainer/fast_exp.h"

#include "common/rng.h"
#include "tests/support/seed.h"

#include <cmath>
#include <limits>

namespace cimarron {
namespace {

TEST(FastExp, IsTheLibrarysToThreeTenMillionths) {
    const std::uint64_t seed = test::test_seed(23);
    Rng rng(seed);
    EXPECT_EQ(fast_exp(0), 1.0F);
    for (int n = 0; n < 200000; ++n) {
        const double range = n % 2 == 0 ? 87 : 1;
        const auto x = static_cast<float>(rng.uniform(-range, range));
        const double exact = std::exp(static_cast<double>(x));
        ASSERT_NEAR(static_cast<double>(fast_exp(x)) / exact, 1, 3e-7) << x;
    }
}

TEST(FastExp, StaysAtItsEndsBeyondThem) {
    const float infinite = std::numeric_limits<float>::infinity();
    EXPECT_EQ(fast_exp(infinite), fast_exp(88));
    EXPECT_EQ(fast_exp(1e6F), fast_exp(88));
    EXPECT_EQ(fast_exp(-infinite), fast_exp(-87));
    EXPECT_TRUE(std::isfinite(fast_exp(88)));
    EXPECT_GT(fast_exp(-87), 0);
}

}  // namespace
}  // namespace cimarron
