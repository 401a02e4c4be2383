// SPDX-License-Identifier: Apache-2.0
#include "quant/reference_kernels.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

void pack_column(const MvmLayer& layer, int o, Word* column) {
    const std::uint8_t* codes =
        layer.weights.data() + static_cast<std::size_t>(o) * static_cast<std::size_t>(layer.rows());
    for (int row = 0; row < layer.rows(); ++row)
        if (codes[row] != 0) set_bit(column, row);
}

// sums[o] += code * weights[o], the inner loop of integer_dot.
CIMARRON_MULTIVERSION
void multiply_rows(const std::int16_t* weights, const std::uint8_t* codes, int rows, int channels,
                   std::int32_t* sums) {
    for (int row = 0; row < rows; ++row) {
        const int code = codes[row];
        if (code == 0) continue;
        const std::int16_t* w = weights + static_cast<std::ptrdiff_t>(row) * channels;
        for (int o = 0; o < channels; ++o) sums[o] += code * w[o];
    }
}

}  // namespace

DotWeights prepare(const MvmLayer& layer) {
    DotWeights result;
    const int rows = layer.rows();
    const int channels = layer.output.channels;
    if (layer.weight_bits == 1) {
        result.words = words_for(rows);
        result.columns.assign(
            static_cast<std::size_t>(result.words) * static_cast<std::size_t>(channels), 0);
        for (int o = 0; o < channels; ++o)
            pack_column(layer, o, result.columns.data() + std::ptrdiff_t{o} * result.words);
        return result;
    }
    const int top = (1 << layer.weight_bits) - 1;
    result.integers.resize(layer.weights.size());
    std::size_t from = 0;
    for (int o = 0; o < channels; ++o)
        for (int row = 0; row < rows; ++row)
            result.integers[static_cast<std::size_t>(row) * static_cast<std::size_t>(channels) +
                            static_cast<std::size_t>(o)] =
                static_cast<std::int16_t>(2 * layer.weights[from++] - top);
    return result;
}

CIMARRON_MULTIVERSION
void binary_dot(const DotWeights& weights, const Word* planes, int bits, std::int64_t m,
                int channels, std::int64_t* p) {
    const int words = weights.words;
    const Word* column = weights.columns.data();
    for (int o = 0; o < channels; ++o, column += words) {
        std::int64_t n = 0;
        const Word* plane = planes;
        for (int b = 0; b < bits; ++b, plane += words) {
            std::int64_t count = 0;
            for (int w = 0; w < words; ++w) count += __builtin_popcountll(plane[w] & column[w]);
            n += count << b;
        }
        p[o] = 2 * n - m;
    }
}

void integer_dot(const DotWeights& weights, const std::uint8_t* codes, int rows, int channels,
                 std::int64_t* p) {
    constexpr int kRows = 1 << 15;  // |W q| <= 255^2, so this many rows stay within 31 bits
    static_assert(std::int64_t{kRows} * 255 * 255 < (std::int64_t{1} << 31));
    std::fill(p, p + channels, 0);
    std::vector<std::int32_t> sums(static_cast<std::size_t>(channels));
    for (int first = 0; first < rows; first += kRows) {
        const int count = std::min(kRows, rows - first);
        std::fill(sums.begin(), sums.end(), 0);
        multiply_rows(weights.integers.data() + std::ptrdiff_t{first} * channels, codes + first,
                      count, channels, sums.data());
        for (int o = 0; o < channels; ++o) p[o] += sums[static_cast<std::size_t>(o)];
    }
}

}  // namespace cimarron
