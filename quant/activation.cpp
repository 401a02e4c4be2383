// SPDX-License-Identifier: Apache-2.0
#include "quant/activation.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace cimarron {

namespace {

double density(double x) {
    constexpr double kInverseSqrtTwoPi = 0.39894228040143267794;
    return std::isinf(x) ? 0.0 : kInverseSqrtTwoPi * std::exp(-0.5 * x * x);
}

double upper_tail(double x) {
    constexpr double kInverseSqrtTwo = 0.70710678118654752440;
    return 0.5 * std::erfc(x * kInverseSqrtTwo);
}

// x times the density, 0 at infinity.
double moment(double x) {
    return std::isinf(x) ? 0.0 : x * density(x);
}

// Integral of (x - level)^2 over [low, high] under N(0, 1), from the antiderivatives of 1, x, x^2.
double cell_error(double low, double high, double level) {
    return (1 + level * level) * (upper_tail(low) - upper_tail(high)) -
           (moment(high) - moment(low)) + 2 * level * (density(high) - density(low));
}

}  // namespace

double half_normal_error(int bits, double step) {
    assert(bits >= 1 && bits <= 8 && step > 0);
    const int top = (1 << bits) - 1;
    double error = 0;
    double low = 0;
    for (int k = 0; k <= top; ++k) {
        const double high = k == top ? std::numeric_limits<double>::infinity() : (k + 0.5) * step;
        error += cell_error(low, high, k * step);
        low = high;
    }
    return error;
}

double half_normal_step(int bits) {
    assert(bits >= 1 && bits <= 8);
    // Golden-section search; the quantizer's full scale 2^bits * step lies between 1 and 8 sigma.
    constexpr double kRatio = 0.61803398874989484820;
    double low = std::ldexp(1.0, -bits);
    double high = std::ldexp(8.0, -bits);
    double left = high - kRatio * (high - low);
    double right = low + kRatio * (high - low);
    double left_error = half_normal_error(bits, left);
    double right_error = half_normal_error(bits, right);
    while (high - low > 1e-9 * high) {
        if (left_error < right_error) {
            high = right;
            right = left;
            right_error = left_error;
            left = high - kRatio * (high - low);
            left_error = half_normal_error(bits, left);
        } else {
            low = left;
            left = right;
            left_error = right_error;
            right = low + kRatio * (high - low);
            right_error = half_normal_error(bits, right);
        }
    }
    return 0.5 * (low + high);
}

}  // namespace cimarron
