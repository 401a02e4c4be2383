// SPDX-License-Identifier: Apache-2.0
#include "quant/coefficients.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr int kMostShift = 61;
constexpr int kFraction = 16;  // of gains that fit none: streams of fine steps
constexpr int kMostLoss = 4;   // bits that a channel may cost the others

// The largest shift for which the gain, rounded, fits: negative where it needs shifting up.
int own_shift(double gain, int bits) {
    const double most = std::ldexp(1.0, bits - 1) - 1;
    int shift = kMostShift;
    while (shift > -1000 && std::ldexp(gain, shift) > most) --shift;
    return shift;
}

double gain_of(const RealAffine& z) {
    return std::max(std::abs(z.a), std::abs(z.c));
}

std::vector<int> own_shifts(const std::vector<RealAffine>& channels, int bits) {
    std::vector<int> shifts(channels.size());
    std::transform(channels.begin(), channels.end(), shifts.begin(),
                   [bits](const RealAffine& z) { return own_shift(gain_of(z), bits); });
    return shifts;
}

// The least shift of those that are not far below the median.
int common_shift(std::vector<int> shifts) {
    std::sort(shifts.begin(), shifts.end());
    const int median = shifts[shifts.size() / 2];
    return *std::find_if(shifts.begin(), shifts.end(),
                         [median](int shift) { return shift >= median - kMostLoss; });
}

int with_residual(int shift, const Extremes& most, int bits) {
    const int own = own_shift(std::abs(most.r), bits);
    if (most.wide) return std::max(shift, own);
    return own < shift - kMostLoss ? shift : std::min(shift, own);
}

// One unit each for the rounding of a P, c M, d and r R.
bool fits(const RealAffine& z, const Extremes& most, int shift, int up, int r_up) {
    const double value = std::abs(z.a) * (most.p_most + std::abs(z.zeros.of_p)) +
                         std::abs(z.c) * (most.m_most + std::abs(z.zeros.of_m)) + std::abs(z.d) +
                         std::abs(most.r) * most.r_most;
    const double rounding =
        std::ldexp(most.p_most + most.m_most, up) + std::ldexp(most.r_most, r_up) + 1;
    return std::ldexp(std::max(value, 0.5), shift) + rounding <= std::ldexp(1.0, 61) &&
           std::ldexp(std::abs(z.d) + std::abs(z.a * z.zeros.of_p) + std::abs(z.c * z.zeros.of_m),
                      shift) < std::ldexp(1.0, kOffsetBits - 1) - 1;
}

std::int64_t fixed(double value, int shift) {
    return std::llround(std::ldexp(value, shift));
}

std::int32_t coefficient(double value, int shift) {
    return static_cast<std::int32_t>(fixed(value, shift));
}

bool is_integer(double value) {
    return std::abs(value - std::nearbyint(value)) <= 1e-9 * std::max(1.0, std::abs(value));
}

// Where c is an integer multiple of a, it stays one of a's coefficient.
ChannelAffine fixed_channel(const RealAffine& z, int shift, int up, int bits) {
    std::int64_t a = fixed(z.a, shift - up);
    std::int64_t c = fixed(z.c, shift - up);
    const double ratio = a == 0 ? 0.5 : z.c / z.a;
    if (is_integer(ratio) && std::abs(ratio) < std::ldexp(1.0, 20)) {
        const std::int64_t times = std::llround(ratio);
        const std::int64_t most = (std::int64_t{1} << (bits - 1)) - 1;
        while (std::abs(a * times) > most) a -= a > 0 ? 1 : -1;
        c = a * times;
    }
    ChannelAffine k(static_cast<std::int32_t>(a), static_cast<std::int32_t>(c), 0, up);
    return {k.a, k.c, fixed_terms(k, z.zeros) + fixed(z.d, shift), up};
}

}  // namespace

std::int64_t fixed_terms(const ChannelAffine& k, const ZeroTerms& terms) {
    const long double sum = static_cast<long double>(k.a) * static_cast<long double>(terms.of_p) +
                            static_cast<long double>(k.c) * static_cast<long double>(terms.of_m);
    return std::llround(std::ldexp(sum, static_cast<int>(k.up)));
}

FixedAffine fixed_point(const std::string& node, const std::vector<RealAffine>& channels,
                        const Extremes& most, int bits) {
    const std::vector<int> own = own_shifts(channels, bits);
    const int r_own = own_shift(std::abs(most.r), bits);
    FixedAffine result;
    result.shift = std::min(with_residual(common_shift(own), most, bits), kMostShift);
    if (result.shift < 1) result.shift = kFraction;
    const auto up = [&](int shift) { return std::max(result.shift - shift, 0); };
    for (std::size_t o = 0; o < channels.size(); ++o) {
        while (result.shift >= 1 && !fits(channels[o], most, result.shift, up(own[o]), up(r_own)))
            --result.shift;
        if (result.shift < 1)
            throw UserError(fmt::format(
                "node {}: a gain of {} in channel {} does not fit 64-bit sums (a step or a "
                "batch-norm variance is far too small)",
                node, gain_of(channels[o]), o));
    }
    for (std::size_t o = 0; o < channels.size(); ++o) {
        const RealAffine& z = channels[o];
        result.channels.push_back(fixed_channel(z, result.shift, up(own[o]), bits));
    }
    result.r_up = up(r_own);
    result.r = coefficient(most.r, result.shift - result.r_up);
    return result;
}

}  // namespace cimarron
