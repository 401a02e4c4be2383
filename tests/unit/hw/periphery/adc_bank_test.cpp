// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_bank.h"
#include "common/rng.h"
#include "hw/chip/macro.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace cimarron {
namespace {

std::vector<std::int32_t> all_counts(int range) {
    std::vector<std::int32_t> counts(static_cast<std::size_t>(range) + 1);
    std::iota(counts.begin(), counts.end(), 0);
    return counts;
}

std::vector<std::int32_t> convert(AdcBank& adc, const std::vector<std::int32_t>& counts) {
    std::vector<std::int32_t> codes(counts.size());
    adc.convert(counts.data(), static_cast<int>(counts.size()), codes.data());
    return codes;
}

TEST(AdcBank, LosslessBitsKeepEveryCount) {
    for (const auto full_scale : {FullScale::unit_lsb, FullScale::rows})
        for (int range = 1; range < 300; ++range) {
            MacroParams params;
            params.array.rows = params.array.rows_active = range;
            AdcParams p;
            p.bits = lossless_adc_bits(params);
            p.full_scale = full_scale;
            AdcBank adc(p, range);
            EXPECT_TRUE(adc.lossless());
            EXPECT_EQ(adc.lsb(), std::int64_t{1} << AdcBank::kLsbFractionBits);
            EXPECT_EQ(convert(adc, all_counts(range)), all_counts(range));
            EXPECT_EQ(adc.activity().clipped, 0);
        }
}

TEST(AdcBank, OneBitLessClipsUnderUnitLsb) {
    AdcParams p;
    p.bits = 6;
    AdcBank adc(p, 128);
    const auto codes = convert(adc, all_counts(128));
    const int top = (1 << p.bits) - 1;
    for (int count = 0; count <= 128; ++count) EXPECT_EQ(codes[count], std::min(count, top));
    EXPECT_EQ(adc.activity().clipped, 128 - top);
    EXPECT_EQ(adc.activity().conversions, 129);
    EXPECT_EQ(adc.activity().code_sum, std::accumulate(codes.begin(), codes.end(), 0));
    EXPECT_FALSE(adc.lossless());
}

TEST(AdcBank, RowsFullScaleErrsAtMostHalfAnLsb) {
    for (int bits = 1; bits < 9; ++bits)
        for (const int range : {3, 37, 128, 1000}) {
            AdcParams p;
            p.bits = bits;
            p.full_scale = FullScale::rows;
            AdcBank adc(p, range);
            const auto codes = convert(adc, all_counts(range));
            const double lsb = std::max(1.0, range / double((1 << bits) - 1));
            for (int count = 0; count <= range; ++count)
                EXPECT_LE(std::abs(codes[count] * lsb - count), lsb / 2 + 0.01)
                    << bits << ' ' << count;
            EXPECT_EQ(codes.back(), std::min(range, (1 << bits) - 1));
        }
}

TEST(AdcBank, MoreBitsNeverConvertWorse) {
    Rng rng(test::test_seed(11));
    for (int trial = 0; trial < 200; ++trial) {
        const int range = rng.uniform_int(2, 600);
        const auto full_scale = rng.coin(0.5) ? FullScale::unit_lsb : FullScale::rows;
        double previous = 1e300;
        for (int bits = 1; bits <= 10; ++bits) {
            AdcParams p;
            p.bits = bits;
            p.full_scale = full_scale;
            AdcBank adc(p, range);
            const auto counts = all_counts(range);
            const auto codes = convert(adc, counts);
            double worst = 0;
            for (std::size_t i = 0; i < counts.size(); ++i)
                worst = std::max(worst, std::abs(std::ldexp(double(codes[i] * adc.lsb()),
                                                            -AdcBank::kLsbFractionBits) -
                                                 counts[i]));
            EXPECT_LE(worst, previous + 0.01) << "range " << range << " bits " << bits;
            previous = worst;
        }
    }
}

// Without errors currents become the codes of the counts they equal.
TEST(AdcBank, AnalogConversionOfWholeCountsIsTheDigitalOne) {
    Rng rng(test::test_seed(12));
    for (int trial = 0; trial < 100; ++trial) {
        AdcParams p;
        p.bits = rng.uniform_int(1, 10);
        p.full_scale = rng.coin(0.5) ? FullScale::unit_lsb : FullScale::rows;
        const int range = rng.uniform_int(2, 1000);
        AdcBank adc(p, range), analog(p, range);
        analog.vary({}, 1, range + 1, 1);
        const auto counts = all_counts(range);
        const std::vector<float> currents(counts.begin(), counts.end());
        std::vector<std::int32_t> codes(counts.size());
        analog.convert_analog(currents.data(), 0, range + 1, 1, codes.data());
        const auto expected = convert(adc, counts);
        for (int i = 0; i <= range; ++i)  // a tie may go either way in floating point
            ASSERT_NEAR(codes[i], expected[i], p.full_scale == FullScale::rows) << "count " << i;
        EXPECT_EQ(analog.activity().conversions, adc.activity().conversions);
    }
}

// Many conversions of one current, far from the ends: mean and spread are those of the errors.
TEST(AdcBank, ErrorsHaveTheSizesAskedFor) {
    const std::uint64_t seed = test::test_seed(13);
    AdcParams p;
    p.bits = 10;
    AdcErrors errors;
    errors.offset_sigma = 3;
    errors.gain_sigma = 0.02;
    errors.noise_sigma = 1.5;
    constexpr int kAdcs = 400;
    AdcBank adc(p, 1023);
    adc.vary(errors, kAdcs, 2 * kAdcs, seed);
    const std::vector<float> currents(2 * kAdcs, 500.0F);
    std::vector<std::int32_t> codes(2 * kAdcs);
    std::vector<double> mean(2 * kAdcs), squares(2 * kAdcs);
    constexpr int kConversions = 400;
    for (int e = 0; e < kConversions; ++e) {
        adc.convert_analog(currents.data(), 0, 2 * kAdcs, e, codes.data());
        for (int c = 0; c < 2 * kAdcs; ++c) {
            mean[c] += codes[c] / double{kConversions};
            squares[c] += codes[c] * double(codes[c]) / kConversions;
        }
    }
    double spread = 0;
    double noise = 0;
    for (int c = 0; c < 2 * kAdcs; ++c) {
        spread += (mean[c] - 500) * (mean[c] - 500) / (2 * kAdcs);
        noise += (squares[c] - mean[c] * mean[c]) / (2 * kAdcs);
        EXPECT_NEAR(mean[c], mean[c % kAdcs], 0.6) << "columns of one ADC share its errors";
    }
    EXPECT_NEAR(noise, 1.5 * 1.5 + 1.0 / 12, 0.1) << "seed " << seed;
    EXPECT_NEAR(spread, 3 * 3 + 10 * 10, 109 * 5 * std::sqrt(2.0 / kAdcs)) << "seed " << seed;
}

}  // namespace
}  // namespace cimarron
