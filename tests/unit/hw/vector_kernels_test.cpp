// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/vector_kernels.h"

#include "common/rng.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

// Of any magnitude, near the steps of small codes or far beyond the largest.
std::int64_t random_value(Rng& rng, int shift) {
    const int bits = rng.uniform_int(1, 50);
    const auto magnitude = static_cast<std::int64_t>(rng.engine()() >> (64 - bits));
    const std::int64_t halves = rng.uniform_int(-5, 600) * (std::int64_t{1} << (shift - 1));
    const std::int64_t value = rng.coin(0.5) ? magnitude : halves + rng.uniform_int(-1, 1);
    return rng.coin(0.3) ? -value : value;
}

TEST(VectorKernels, RequantizeElementByElementWhateverTheCount) {
    Rng rng(test::test_seed(6));
    constexpr std::uint8_t kUntouched = 0xa5;
    for (int count = 0; count <= 70; ++count) {
        const int shift = rng.uniform_int(1, 40);
        const int bits = rng.uniform_int(1, 8);
        std::vector<std::int64_t> values;
        for (int i = 0; i < count; ++i) values.push_back(random_value(rng, shift));
        std::vector<std::uint8_t> codes(values.size() + 16, kUntouched);
        requantize(values.data(), count, shift, bits, codes.data());
        for (std::size_t i = 0; i < codes.size(); ++i)
            ASSERT_EQ(codes[i], i < values.size() ? requantize(values[i], shift, bits) : kUntouched)
                << i << " of " << count << ", shift " << shift << ", bits " << bits;
    }
}

TEST(VectorKernels, WidenForgetsWhatWasThereAndAddDoesNot) {
    const std::vector<std::int32_t> partial = {1, -2, 2147483647, -2147483647 - 1};
    std::vector<std::int64_t> sums(partial.size(), 77);
    widen(partial.data(), 4, sums.data());
    EXPECT_EQ(sums, std::vector<std::int64_t>(partial.begin(), partial.end()));
    add(partial.data(), 4, sums.data());
    EXPECT_EQ(sums, (std::vector<std::int64_t>{2, -4, 4294967294, -4294967296}));
}

}  // namespace
}  // namespace cimarron
