// SPDX-License-Identifier: Apache-2.0
#include "quant/two_level.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace cimarron {

namespace {

double mean_of(const float* weights, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(weights[i]);
    return sum / static_cast<double>(count);
}

// The optimal levels when a share p of the group lies above and c is the group's mean of (w - m)
// over that part: class means m + c/p and m - c/(1-p).
TwoLevel levels(double mean, double variance, double p, double c, double threshold) {
    TwoLevel t;
    t.alpha = c / (2 * p * (1 - p));
    t.beta = mean + t.alpha * (1 - 2 * p);
    t.threshold = threshold;
    t.squared_error = std::max(0.0, variance - c * c / (p * (1 - p)));
    return t;
}

TwoLevel constant_group(double mean, double variance) {
    return {0.0, mean, mean, variance};
}

}  // namespace

TwoLevel two_level_closed_form(const float* weights, std::size_t count) {
    if (count == 0) return {};
    const double mean = mean_of(weights, count);
    double absolute = 0;
    double square = 0;
    std::size_t above = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double deviation = static_cast<double>(weights[i]) - mean;
        absolute += std::abs(deviation);
        square += deviation * deviation;
        above += deviation >= 0 ? 1 : 0;
    }
    const auto n = static_cast<double>(count);
    if (above == 0 || above == count) return constant_group(mean, square / n);
    return levels(mean, square / n, static_cast<double>(above) / n, absolute / (2 * n), mean);
}

TwoLevel two_level_optimum(const float* weights, std::size_t count) {
    if (count == 0) return {};
    std::vector<float> sorted(weights, weights + count);
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    const double mean = mean_of(weights, count);
    const auto n = static_cast<double>(count);
    double square = 0;
    double prefix = 0;
    double best_gain = -1;
    double best_prefix = 0;
    std::size_t best = 0;
    for (std::size_t k = 1; k <= count; ++k) {
        const double deviation = static_cast<double>(sorted[k - 1]) - mean;
        square += deviation * deviation;
        prefix += deviation;
        if (k == count || sorted[k - 1] == sorted[k]) continue;
        const double gain =
            prefix * prefix / (static_cast<double>(k) * static_cast<double>(count - k));
        if (gain <= best_gain) continue;
        best_gain = gain;
        best_prefix = prefix;
        best = k;
    }
    if (best == 0) return constant_group(mean, square / n);
    const double threshold =
        0.5 * (static_cast<double>(sorted[best - 1]) + static_cast<double>(sorted[best]));
    return levels(mean, square / n, static_cast<double>(best) / n, best_prefix / n, threshold);
}

std::vector<std::int8_t> signs(const float* weights, std::size_t count, double threshold) {
    std::vector<std::int8_t> result(count);
    std::transform(weights, weights + count, result.begin(), [threshold](float w) {
        return static_cast<std::int8_t>(static_cast<double>(w) >= threshold ? 1 : -1);
    });
    return result;
}

}  // namespace cimarron
