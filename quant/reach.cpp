// SPDX-License-Identifier: Apache-2.0
#include "quant/reach.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cimarron {

namespace {

constexpr double kRounding = 1e-12;  // of the sum of all magnitudes

// How often each weight code stands in a column.
std::array<int, 256> histogram(const std::uint8_t* codes, int rows) {
    std::array<int, 256> counts{};
    for (int row = 0; row < rows; ++row) ++counts[codes[row]];
    return counts;
}

Interval reach_of(const std::array<int, 256>& counts, int weight_bits, const RealAffine& k,
                  const CodeRange& input) {
    const int top = (1 << weight_bits) - 1;
    Interval sum{k.offset(), k.offset()};
    double magnitude = std::abs(k.d) + std::abs(k.a * k.zeros.of_p) + std::abs(k.c * k.zeros.of_m);
    for (int u = 0; u <= top; ++u) {
        const double of_code = (k.a * (2 * u - top) + k.c) * counts[static_cast<std::size_t>(u)];
        const double one = of_code * input.low;
        const double other = of_code * input.high;
        sum.low += std::min(one, other);
        sum.high += std::max(one, other);
        magnitude += std::abs(one) + std::abs(other);
    }
    return {sum.low - kRounding * magnitude, sum.high + kRounding * magnitude};
}

}  // namespace

std::vector<Interval> reach(const MvmLayer& layer, const std::vector<RealAffine>& affine,
                            const CodeRange& input) {
    const Window& w = layer.window;
    CodeRange codes = input;
    if (w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0) {
        codes.low = std::min<std::int32_t>(codes.low, layer.pad_code);
        codes.high = std::max<std::int32_t>(codes.high, layer.pad_code);
    }
    std::vector<Interval> result;
    const std::uint8_t* column = layer.weights.data();
    for (const RealAffine& k : affine) {
        result.push_back(reach_of(histogram(column, layer.rows()), layer.weight_bits, k, codes));
        column += layer.rows();
    }
    return result;
}

}  // namespace cimarron
