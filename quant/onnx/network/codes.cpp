// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/network/codes.h"

#include "quant/onnx/network/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron::foreign {

namespace {

// A bound of the value as a whole number of the file; the same for all channels, or `fallback`
// where the quantizer's own range is as tight.
double code_bound(const Node& node, const QuantizeParameters& q, const Numbers& bound,
                  const char* what) {
    std::optional<double> code;
    const std::size_t channels =
        std::max({bound.size(), q.step.values.size(), q.zero.values.size()});
    for (std::size_t c = 0; c < channels; ++c) {
        const double x =
            number_at(bound, c) / number_at(q.step.values, c) + number_at(q.zero.values, c);
        const double at = std::clamp(std::isinf(x) ? x : rounded(x, q.rounding), q.low, q.high);
        if (code && *code != at)
            fail(node,
                 fmt::format("a {} in front of it is at another code for each channel, which is "
                             "not supported",
                             what));
        code = at;
    }
    return *code;
}

cimarron::Rounding rounding_for(const Node& node, Rounding rounding, double low) {
    switch (rounding) {
        case Rounding::half_even:
            return cimarron::Rounding::half_even;
        case Rounding::half_up:
            return cimarron::Rounding::half_up;
        case Rounding::floor:
        case Rounding::bipolar:
            return cimarron::Rounding::floor;
        case Rounding::truncate:  // downwards, where no code is negative
            if (low >= 0) return cimarron::Rounding::floor;
            break;
        default:
            break;
    }
    fail(node, fmt::format("rounding {} is not supported; half to even, half up and floor are",
                           name_of(rounding)));
}

PerChannel per_channel_of(Numbers numbers) {
    const bool same =
        std::all_of(numbers.begin(), numbers.end(), [&](double v) { return v == numbers[0]; });
    return same ? PerChannel(numbers[0]) : PerChannel(std::move(numbers));
}

int bits_for(double most) {
    int bits = 1;
    while (bits < 64 && std::exp2(bits) - 1 < most) ++bits;
    return bits;
}

// Unsigned codes from an even whole number on: an odd one would turn ties to the other side.
void set_codes(FoundQuantizer& found, double low, double high) {
    ActivationQuantizer& q = found.quantizer;
    double base = low >= 0 && bits_for(high) <= bits_for(high - low) ? 0 : 2 * std::floor(low / 2);
    if (high - base > 255) base = low;
    if (high - base > 255) {  // a stream, signed as it is
        q.bits = 9;
        while (q.bits < 32 && (low < -std::exp2(q.bits - 1) || high > std::exp2(q.bits - 1) - 1))
            ++q.bits;
        q.low = static_cast<std::int64_t>(std::max(low, -std::exp2(q.bits - 1)));
        q.high = static_cast<std::int64_t>(std::min(high, std::exp2(q.bits - 1) - 1));
        return;
    }
    found.code_offset = base;
    q.low = static_cast<std::int64_t>(low - base);
    q.high = static_cast<std::int64_t>(high - base);
    q.bits = bits_for(high - base);
}

}  // namespace

FoundQuantizer quantizer_for(const Node& node, const QuantizeParameters& q, const Value& value) {
    const double low = code_bound(node, q, value.low, "lower bound");
    const double high = code_bound(node, q, value.high, "upper bound");
    if (value.leaky && low > q.low)
        fail(node, "a LeakyRelu in front of a quantizer with negative codes is not supported");
    if (!std::all_of(value.gain.begin(), value.gain.end(), [](double g) { return g > 0; }))
        fail(node, "a factor in front of it that is not positive cannot be moved into a layer");
    FoundQuantizer found;
    found.quantizer.rounding = rounding_for(node, q.rounding, low);
    Numbers step = combined(q.step.values, value.gain,
                            [](double s, double g) { return g == 1 ? s : as_in_file(s / g); });
    Numbers offset = combined(q.zero.values,
                              combined(value.offset, q.step.values,
                                       [](double o, double s) { return o == 0 ? 0 : o / s; }),
                              [](double z, double o) { return z + o; });
    if (q.rounding == Rounding::bipolar) {
        // floor(t / 2 + 1) is 1 from t = 0 on.
        for (double& s : step) s *= 2;
        for (double& o : offset) o = o / 2 + 1;
        found.code_gain = 2;
        found.code_offset = -1;
        found.quantizer.bits = 1;
        found.quantizer.low = low > 0 ? 1 : 0;
        found.quantizer.high = high > 0 ? 1 : 0;
    } else {
        set_codes(found, low, high);
        for (double& o : offset) o -= found.code_offset;
    }
    found.quantizer.step = per_channel_of(std::move(step));
    found.quantizer.offset = per_channel_of(std::move(offset));
    return found;
}

std::optional<std::int64_t> code_shift(const QuantizeParameters& q, const Value& value) {
    if (!value.raw || q.rounding == Rounding::bipolar) return std::nullopt;
    const Numbers gain =
        combined(value.gain, q.step.values, [](double g, double s) { return g / s; });
    const Numbers shift =
        combined(combined(value.offset, q.step.values, [](double o, double s) { return o / s; }),
                 q.zero.values, [](double o, double z) { return o + z; });
    const double first = near_whole(shift[0]);
    if (first != std::floor(first)) return std::nullopt;
    for (double g : gain)
        if (std::abs(g - 1) > 1e-12) return std::nullopt;
    for (double s : shift)
        if (near_whole(s) != first) return std::nullopt;
    return static_cast<std::int64_t>(first);
}

}  // namespace cimarron::foreign
