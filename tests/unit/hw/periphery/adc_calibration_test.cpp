// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_calibration.h"

#include "common/error.h"
#include "common/rng.h"
#include "hw/periphery/adc_bank.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

constexpr std::int64_t kOne = std::int64_t{1} << AdcBank::kLsbFractionBits;

struct Conversion {
    int exponent;
    std::int32_t count;
};

std::vector<Conversion> random_conversions(Rng& rng, int range) {
    std::vector<Conversion> all;
    const int typical = rng.uniform_int(1, range);
    for (int i = 0; i < 300; ++i) {
        const int sum = rng.uniform_int(0, typical) + rng.uniform_int(0, typical);
        all.push_back({rng.uniform_int(0, 7), std::min(sum, range)});
    }
    return all;
}

// Of partial sums, by the bank itself.
double loss_of(const std::vector<Conversion>& conversions, AdcBank& adc) {
    double loss = 0;
    for (const Conversion& c : conversions) {
        std::int32_t code = 0;
        adc.convert(&c.count, 1, &code);
        const double error =
            std::ldexp(double(code) * double(adc.lsb()) / kOne - c.count, c.exponent);
        loss += error * error;
    }
    return loss;
}

TEST(AdcCalibration, no_full_scale_loses_less) {
    Rng rng(test::test_seed(14));
    for (int trial = 0; trial < 200; ++trial) {
        const int range = rng.uniform_int(2, 400);
        const auto conversions = random_conversions(rng, range);
        ColumnHistogram histogram;
        for (const Conversion& c : conversions) histogram.add(c.exponent, c.count);
        AdcParams p;
        p.bits = rng.uniform_int(1, 9);
        p.full_scale = FullScale::calibrated;
        const std::int64_t best = calibrated_lsb(histogram, p.bits);
        AdcBank adc(p, range, best);
        const double least = loss_of(conversions, adc);
        EXPECT_NEAR(least, conversion_loss(histogram, p.bits, adc.lsb()), 1e-9 * least);
        const int top = (1 << p.bits) - 1;
        if (histogram.highest() <= top) {
            EXPECT_EQ(least, 0) << "no conversion clips";
        }
        for (int full_scale = top; full_scale <= range; ++full_scale) {
            if (full_scale > top && full_scale > histogram.highest()) break;
            AdcBank other(p, range, (full_scale * kOne + top / 2) / top);
            EXPECT_LE(least, loss_of(conversions, other) * (1 + 1e-12))
                << "range " << range << " bits " << p.bits << " full scale " << full_scale;
        }
    }
}

TEST(AdcCalibration, a_bank_without_its_lsb_is_refused) {
    AdcParams p;
    p.bits = 4;
    p.full_scale = FullScale::calibrated;
    EXPECT_THROW(AdcBank(p, 128), UserError);
    p.bits = 8;
    EXPECT_EQ(AdcBank(p, 128).lsb(), kOne) << "lossless: nothing to calibrate";
}

}  // namespace
}  // namespace cimarron
