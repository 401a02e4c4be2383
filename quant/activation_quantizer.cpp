// SPDX-License-Identifier: Apache-2.0
#include "quant/activation_quantizer.h"

#include "quant/geometry.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace cimarron {

double rounded(double value, Rounding rounding) {
    const double below = std::floor(value);
    const double rest = value - below;
    if (rounding == Rounding::floor || rest < 0.5) return below;
    const bool even = std::fmod(below, 2) == 0;
    return rounding == Rounding::half_even && rest == 0.5 && even ? below : below + 1;
}

bool PerChannel::is_uniform() const {
    return std::all_of(values_.begin(), values_.end(),
                       [&](double value) { return value == values_.front(); });
}

bool PerChannel::fits(int channels) const {
    return values_.size() == 1 || values_.size() == static_cast<std::size_t>(channels);
}

ActivationQuantizer::ActivationQuantizer(int wide, PerChannel both, double at_zero, Rounding mode)
    : bits(wide),
      step(both),
      offset(at_zero),
      rounding(mode),
      scale(std::move(both)),
      zero(at_zero) {
    if (wide < 1 || wide > 32) return;  // validate() says so
    const std::int64_t half = std::int64_t{1} << (wide - 1);
    low = is_stream(wide) ? -half : 0;
    high = is_stream(wide) ? half - 1 : 2 * half - 1;
}

std::int64_t ActivationQuantizer::code(double x, std::size_t channel) const {
    const double nearest = rounded(x / step[channel] + offset[channel], rounding);
    return static_cast<std::int64_t>(
        std::clamp(nearest, static_cast<double>(low), static_cast<double>(high)));
}

bool operator==(const ActivationQuantizer& a, const ActivationQuantizer& b) {
    const auto all = [](const ActivationQuantizer& q) {
        return std::tie(q.bits, q.step, q.offset, q.low, q.high, q.rounding, q.scale, q.zero);
    };
    return all(a) == all(b);
}

}  // namespace cimarron
