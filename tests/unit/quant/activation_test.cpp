// SPDX-License-Identifier: Apache-2.0
#include "quant/activation.h"

#include "common/rng.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

// Midpoint rule over [0, 12] in fine cells, from the quantizer's definition.
double numeric_error(int bits, double step) {
    const double top = (1 << bits) - 1;
    const double dx = 1e-4;
    double sum = 0;
    for (double x = dx / 2; x < 12; x += dx) {
        const double y = step * std::clamp(std::floor(x / step + 0.5), 0.0, top);
        sum += (x - y) * (x - y) * std::exp(-0.5 * x * x) * dx;
    }
    return sum / std::sqrt(2 * std::acos(-1.0));
}

TEST(Activation, ErrorIsTheIntegral) {
    Rng rng(test::test_seed(21));
    for (int bits = 1; bits <= 8; ++bits) {
        const double step = std::ldexp(rng.uniform(1, 8), -bits);
        EXPECT_NEAR(half_normal_error(bits, step), numeric_error(bits, step), 1e-7) << bits;
    }
}

TEST(Activation, StepIsTheMinimum) {
    for (int bits = 1; bits <= 8; ++bits) {
        const double step = half_normal_step(bits);
        const double least = half_normal_error(bits, step);
        for (double factor = 0.3; factor < 3; factor *= 1.01)
            EXPECT_GE(half_normal_error(bits, step * factor), least - 1e-13) << bits;
        EXPECT_GT(half_normal_error(bits, step * 1.01), least) << bits;
        EXPECT_GT(half_normal_error(bits, step / 1.01), least) << bits;
    }
}

// Least squares at fixed thresholds: step = sum k E[x; cell k] / sum k^2 P[cell k]. At the minimum
// this returns the step itself.
TEST(Activation, StepIsStationary) {
    for (int bits = 1; bits <= 8; ++bits) {
        const double step = half_normal_step(bits);
        const double top = (1 << bits) - 1;
        const double dx = 1e-4;
        double product = 0;
        double square = 0;
        for (double x = dx / 2; x < 12; x += dx) {
            const double k = std::clamp(std::floor(x / step + 0.5), 0.0, top);
            product += k * x * std::exp(-0.5 * x * x);
            square += k * k * std::exp(-0.5 * x * x);
        }
        EXPECT_NEAR(product / square, step, 2e-4 * step) << bits;
    }
}

// Figures of an earlier, sampled computation: they agree to half a percent.
TEST(Activation, KnownSteps) {
    const double steps[] = {1.2236, 0.6511, 0.3535, 0.1935, 0.1054, 0.0573, 0, 0.0166};
    const double relative_errors[] = {0.190, 0.0469, 0.0129, 0.0037, 0.0011, 0.0003, 0, 3e-5};
    for (int bits : {1, 2, 3, 4, 5, 6, 8}) {
        const double step = half_normal_step(bits);
        EXPECT_NEAR(step, steps[bits - 1], 5e-3 * step) << bits;
        const double relative = half_normal_error(bits, step) / 0.5;  // E[relu(x)^2] = 1/2
        EXPECT_NEAR(relative, relative_errors[bits - 1], 0.06 * relative + 6e-5) << bits;
    }
}

TEST(Activation, StepsShrinkWithBits) {
    for (int bits = 2; bits <= 8; ++bits) {
        EXPECT_LT(half_normal_step(bits), half_normal_step(bits - 1));
        EXPECT_LT(half_normal_error(bits, half_normal_step(bits)),
                  half_normal_error(bits - 1, half_normal_step(bits - 1)));
    }
}

}  // namespace
}  // namespace cimarron
