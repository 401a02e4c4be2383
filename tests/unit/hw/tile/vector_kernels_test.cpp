// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/vector_kernels.h"

#include "common/rng.h"
#include "hw/macro/readout.h"
#include "tests/support/seed.h"
#include "tests/support/upper_halves.h"

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

constexpr int kMostCount = 70;
constexpr std::size_t kBeyond = 16;  // elements after a vector, which nobody may write

TEST(VectorKernels, RequantizeElementByElementWhateverTheCount) {
    Rng rng(test::test_seed(6));
    constexpr std::uint8_t kUntouched = 0xa5;
    for (int count = 0; count <= kMostCount; ++count) {
        const int shift = rng.uniform_int(1, 40);
        const int bits = rng.uniform_int(1, 8);
        std::vector<std::int64_t> values;
        for (int i = 0; i < count; ++i) values.push_back(random_value(rng, shift));
        std::vector<std::uint8_t> codes(values.size() + kBeyond, kUntouched);
        requantize(values.data(), count, shift, bits, codes.data());
        for (std::size_t i = 0; i < codes.size(); ++i)
            ASSERT_EQ(codes[i], i < values.size() ? requantize(values[i], shift, bits) : kUntouched)
                << i << " of " << count << ", shift " << shift << ", bits " << bits;
    }
}

TEST(VectorKernels, StreamsElementByElementWhateverTheCount) {
    Rng rng(test::test_seed(7));
    constexpr std::int16_t kUntouched = 0x5a5a;
    for (int count = 0; count <= kMostCount; ++count) {
        const int shift = rng.uniform_int(1, 40);
        const int bits = rng.uniform_int(9, 16);
        std::vector<std::int64_t> values;
        for (int i = 0; i < count; ++i) values.push_back(random_value(rng, shift));
        std::vector<std::int16_t> stream(values.size() + kBeyond, kUntouched);
        requantize_stream(values.data(), count, shift, bits, stream.data());
        for (std::size_t i = 0; i < stream.size(); ++i)
            ASSERT_EQ(stream[i],
                      i < values.size() ? requantize_stream(values[i], shift, bits) : kUntouched)
                << i << " of " << count << ", shift " << shift << ", bits " << bits;
    }
}

template <class In>
void requantizes_products(std::uint64_t seed, int least, int most) {
    Rng rng(seed);
    constexpr std::uint8_t kUntouched = 0xa5;
    for (int count = 0; count <= kMostCount; ++count) {
        const std::int32_t a = rng.uniform_int(-1, 1) * rng.uniform_int(0, 2147483647);
        const int shift = rng.uniform_int(1, 40);
        const int bits = rng.uniform_int(1, 8);
        std::vector<In> x;
        for (int i = 0; i < count; ++i) x.push_back(static_cast<In>(rng.uniform_int(least, most)));
        std::vector<std::uint8_t> codes(x.size() + kBeyond, kUntouched);
        requantize(x.data(), count, a, shift, bits, codes.data());
        for (std::size_t i = 0; i < codes.size(); ++i)
            ASSERT_EQ(codes[i],
                      i < x.size() ? requantize(std::int64_t{a} * x[i], shift, bits) : kUntouched)
                << i << " of " << count << ", a " << a << ", shift " << shift << ", bits " << bits;
    }
}

TEST(VectorKernels, ProductsElementByElementWhateverTheCount) {
    requantizes_products<std::int16_t>(test::test_seed(8), -32768, 32767);
    requantizes_products<std::uint8_t>(test::test_seed(9), 0, 255);
}

TEST(VectorKernels, SumCodesAndAddResidualsWhateverTheCount) {
    Rng rng(test::test_seed(10));
    for (int count = 0; count <= kMostCount; ++count) {
        std::vector<std::uint8_t> codes;
        std::vector<std::int16_t> stream;
        std::vector<std::int64_t> values, expected;
        std::int64_t sum = 0;
        const std::int32_t r = rng.uniform_int(-2147483647, 2147483647);
        for (int i = 0; i < count; ++i) {
            codes.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 255)));
            stream.push_back(static_cast<std::int16_t>(rng.uniform_int(-32768, 32767)));
            values.push_back(random_value(rng, 20));
            sum += codes.back();
            expected.push_back(values.back() + std::int64_t{r} * stream.back());
        }
        EXPECT_EQ(sum_codes(codes.data(), count), sum) << count;
        add_residual(stream.data(), count, r, values.data());
        EXPECT_EQ(values, expected) << count;
    }
}

TEST(VectorKernels, AffinesTakeTheTermsOfTheirGroupAndWindow) {
    Rng rng(test::test_seed(11));
    for (int count = 1; count <= kMostCount; ++count) {
        const int group_channels = rng.uniform_int(1, 20);
        const int first = rng.uniform_int(1, group_channels);
        const int windows = rng.uniform_int(1, 5);
        const int groups = count + rng.uniform_int(0, 3);  // that a window has terms for
        std::vector<ChannelAffine> k;
        for (int o = 0; o < count; ++o)
            k.push_back({rng.uniform_int(-1000000, 1000000), rng.uniform_int(-1000000, 1000000),
                         random_value(rng, 20)});
        std::vector<std::int64_t> sums;
        for (int i = 0; i < windows * count; ++i) sums.push_back(rng.uniform_int(-100000, 100000));
        std::vector<GroupTerms> terms;
        const double share_of_counts = rng.coin(0.5) ? 1 : 0.5;
        for (int i = 0; i < windows * groups; ++i) {
            terms.push_back({rng.uniform_int(1, 1 << 20), rng.uniform_int(-1000000, 1000000),
                             rng.uniform_int(0, 100000), rng.uniform_int(0, 100000)});
            if (rng.coin(share_of_counts)) {  // sums are counts
                terms.back().lsb = Readout{}.lsb;
                terms.back().taken = -rng.uniform_int(0, (1 << Readout::kFractionBits) - 1);
            }
        }
        std::vector<std::int64_t> values(sums.size());
        AffineTable(k.data(), count)
            .apply(sums.data(), windows, terms.data(), groups, first, group_channels,
                   values.data());
        for (int i = 0; i < windows * count; ++i) {
            const int o = i % count;
            const int group = o < first ? 0 : (o - first) / group_channels + 1;
            const GroupTerms& t = terms[static_cast<std::size_t>(i / count * groups + group)];
            const auto at = static_cast<std::size_t>(i);
            const std::int64_t n = (sums[at] * t.lsb - t.taken) >> Readout::kFractionBits;
            EXPECT_EQ(values[at],
                      affine_value(k[static_cast<std::size_t>(o)], 2 * n - t.offset, t.m))
                << o << " of " << count << ", window " << i / count;
        }
    }
}

TEST(VectorKernels, LeaveNoUpperHalvesInUse) {
    if (!test::tells_registers_in_use()) GTEST_SKIP() << "this processor cannot tell";
    std::vector<std::int64_t> values(kMostCount);
    std::vector<std::int16_t> stream(kMostCount);
    std::vector<std::int32_t> partial(kMostCount);
    std::vector<std::uint8_t> codes(kMostCount);
    const std::vector<GroupTerms> terms(kMostCount);
    for (int count = 0; count <= kMostCount; ++count) {
        const auto clears = [&](const char* kernel) {
            EXPECT_FALSE(test::upper_halves_in_use()) << kernel << ", " << count;
        };
        requantize(values.data(), count, 4, 3, codes.data());
        clears("codes");
        requantize_stream(values.data(), count, 4, 12, stream.data());
        clears("stream");
        requantize(stream.data(), count, 9, 4, 3, codes.data());
        clears("codes of a stream");
        requantize(codes.data(), count, 9, 4, 3, codes.data());
        clears("codes of codes");
        const std::vector<ChannelAffine> k(static_cast<std::size_t>(count));
        AffineTable(k.data(), count)
            .apply(values.data(), 1, terms.data(), count, 20, 30, values.data());
        clears("affine");
        const PartialSums of_macros[] = {{partial.data(), 0}, {partial.data(), 0}};
        add_partial_sums(of_macros, 2, 1, count, values.data(), count);
        clears("add_partial_sums");
        add_residual(stream.data(), count, 3, values.data());
        clears("add_residual");
        sum_codes(codes.data(), count);
        clears("sum_codes");
    }
}

TEST(VectorKernels, PartialSumsOfMacrosAddUpBeyond32Bits) {
    const std::vector<std::int32_t> partial = {1, -2, 2147483647, -2147483647 - 1};
    const PartialSums of_macros[] = {{partial.data(), 0}, {partial.data(), 0}};
    std::vector<std::int64_t> sums(partial.size(), 77);
    add_partial_sums(of_macros, 1, 1, 4, sums.data(), 4);
    EXPECT_EQ(sums, std::vector<std::int64_t>(partial.begin(), partial.end()));
    add_partial_sums(of_macros, 2, 1, 4, sums.data(), 4);
    EXPECT_EQ(sums, (std::vector<std::int64_t>{2, -4, 4294967294, -4294967296}));
}

TEST(VectorKernels, PartialSumsOfWindowsGoToTheirOwn) {
    Rng rng(test::test_seed(12));
    for (int trial = 0; trial < 100; ++trial) {
        const int macros = rng.uniform_int(1, 5);
        const int windows = rng.uniform_int(1, 9);
        const int count = rng.uniform_int(1, kMostCount);
        const int stride = count + rng.uniform_int(0, 7);
        std::vector<std::vector<std::int32_t>> partial;
        std::vector<PartialSums> of_macros;
        for (int m = 0; m < macros; ++m) {
            const int apart = count + rng.uniform_int(0, 7);
            partial.emplace_back();
            for (int i = 0; i < windows * apart; ++i)
                partial.back().push_back(rng.uniform_int(-1000000, 1000000));
            of_macros.push_back({partial.back().data(), apart});
        }
        std::vector<std::int64_t> sums(static_cast<std::size_t>(windows * stride), 77);
        add_partial_sums(of_macros.data(), macros, windows, count, sums.data(), stride);
        for (int i = 0; i < windows * stride; ++i) {
            std::int64_t expected = i % stride < count ? 0 : 77;  // nothing between them is touched
            for (const PartialSums& m : of_macros)
                if (i % stride < count) expected += m.sums[i / stride * m.stride + i % stride];
            ASSERT_EQ(sums[static_cast<std::size_t>(i)], expected) << "trial " << trial;
        }
    }
}

}  // namespace
}  // namespace cimarron
