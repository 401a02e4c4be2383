// SPDX-License-Identifier: Apache-2.0
#include "trainer/fast_cos.h"

#include "common/rng.h"
#include "tests/support/seed.h"

#include <cmath>

namespace cimarron {
namespace {

TEST(FastCos, IsTheLibrarysToThreeTenMillionths) {
    constexpr double kTwoPi = 6.28318530717958647692;
    const std::uint64_t seed = test::test_seed(29);
    Rng rng(seed);
    EXPECT_EQ(cos_of_turns(0.25F), 0.0F);
    EXPECT_EQ(cos_of_turns(-0.75F), 0.0F);
    for (int n = 0; n < 200000; ++n) {
        const double range = n % 2 == 0 ? 300 : 1;
        const auto t = static_cast<float>(rng.uniform(-range, range));
        const double exact = std::cos(kTwoPi * static_cast<double>(t));
        ASSERT_NEAR(static_cast<double>(cos_of_turns(t)), exact, 3e-7) << t;
    }
}

TEST(FastCos, RepeatsItselfEveryTurn) {
    for (int n = 0; n < 64; ++n) {
        const float t = static_cast<float>(n) / 64;
        for (const float turns : {1.0F, -3.0F, 1000.0F}) {
            EXPECT_EQ(cos_of_turns(t + turns), cos_of_turns(t)) << t << " and " << turns;
        }
    }
}

}  // namespace
}  // namespace cimarron
