// SPDX-License-Identifier: Apache-2.0
#include "quant/window_dot.h"

#include "common/multiversion.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace cimarron {

namespace {

std::size_t unsigned_of(int value) {
    return static_cast<std::size_t>(value);
}

std::vector<Word> packed_columns(const MvmLayer& layer, std::size_t words) {
    const std::size_t rows = unsigned_of(layer.rows());
    std::vector<Word> columns(words * unsigned_of(layer.output.channels));
    const std::uint8_t* code = layer.weights.data();
    for (std::size_t o = 0; o < columns.size(); o += words)
        for (std::size_t row = 0; row < rows; ++row, ++code)
            if (*code != 0) set_bit(columns.data() + o, static_cast<int>(row));
    return columns;
}

// W = 2u - (2^bits - 1) in [group][row][o of the group] order.
std::vector<std::int16_t> odd_integers(const MvmLayer& layer) {
    const std::size_t rows = unsigned_of(layer.rows());
    const std::size_t channels = unsigned_of(layer.output.channels / layer.groups);
    const int top = (1 << layer.weight_bits) - 1;
    std::vector<std::int16_t> weights(layer.weights.size());
    const std::uint8_t* code = layer.weights.data();
    for (std::size_t group = 0; group < weights.size(); group += rows * channels)
        for (std::size_t o = 0; o < channels; ++o)
            for (std::size_t row = 0; row < rows; ++row, ++code)
                weights[group + row * channels + o] = static_cast<std::int16_t>(2 * *code - top);
    return weights;
}

// sums[o] += code * weights[row][o]
CIMARRON_MULTIVERSION
void multiply_rows(const std::int16_t* weights, const std::uint8_t* codes, int rows,
                   std::size_t channels, std::int32_t* sums) {
    for (int row = 0; row < rows; ++row, weights += channels) {
        const int code = codes[row];
        if (code == 0) continue;
        for (std::size_t o = 0; o < channels; ++o) sums[o] += code * weights[o];
    }
}

void integer_dot(const std::int16_t* weights, const std::uint8_t* codes, int rows,
                 std::vector<std::int32_t>& sums, std::int64_t* p) {
    constexpr int kRows = 1 << 15;  // |W q| <= 255^2, so this many rows stay within 31 bits
    static_assert(std::int64_t{kRows} * 255 * 255 < (std::int64_t{1} << 31));
    std::fill(p, p + sums.size(), 0);
    for (int first = 0; first < rows; first += kRows) {
        std::fill(sums.begin(), sums.end(), 0);
        multiply_rows(weights + unsigned_of(first) * sums.size(), codes + first,
                      std::min(kRows, rows - first), sums.size(), sums.data());
        for (std::size_t o = 0; o < sums.size(); ++o) p[o] += sums[o];
    }
}

// p[o] = sum (2u - 1) q = 2 N - M over `bits` planes of `words` words each.
CIMARRON_MULTIVERSION
void binary_dot(const Word* columns, std::size_t words, const Word* planes, int bits,
                std::int64_t m, std::size_t channels, std::int64_t* p) {
    for (std::size_t o = 0; o < channels; ++o, columns += words) {
        std::int64_t n = 0;
        const Word* plane = planes;
        for (int b = 0; b < bits; ++b, plane += words) {
            std::int64_t count = 0;
            for (std::size_t w = 0; w < words; ++w)
                count += __builtin_popcountll(plane[w] & columns[w]);
            n += count << b;
        }
        p[o] = 2 * n - m;
    }
}

}  // namespace

WindowDot::WindowDot(const MvmLayer& layer)
    : input_(layer.input),
      window_(layer.window),
      groups_(unsigned_of(layer.groups)),
      channels_(unsigned_of(layer.output.channels) / groups_),
      rows_(layer.rows()),
      input_bits_(layer.input_bits),
      pad_code_(layer.pad_code),
      binary_(layer.weight_bits == 1),
      codes_(unsigned_of(rows_)),
      p_(unsigned_of(layer.output.channels)),
      m_(groups_) {
    if (binary_) {
        words_ = unsigned_of(words_for(rows_));
        columns_ = packed_columns(layer, words_);
        planes_.resize(words_ * unsigned_of(input_bits_));
    } else {
        weights_ = odd_integers(layer);
        sums_.resize(channels_);
    }
}

// The group's codes in row order [ky][kx][c], pad_code where the window is padded: one copy per
// kernel row, or per pixel when a pixel has other groups' channels too.
void WindowDot::gather(const Codes& in, int y, int x, std::size_t group) {
    const std::size_t all = unsigned_of(input_.channels);
    const std::size_t own = all / groups_;
    const int left = x * window_.stride_w - window_.pad_left;
    const int first = std::max(left, 0);
    const int last = std::min(left + window_.kernel_w, input_.width);
    std::fill(codes_.begin(), codes_.end(), pad_code_);
    if (first >= last) return;
    const std::size_t pixels = unsigned_of(last - first);
    for (int ky = 0; ky < window_.kernel_h; ++ky) {
        const int iy = y * window_.stride_h - window_.pad_top + ky;
        if (iy < 0 || iy >= input_.height) continue;
        std::uint8_t* to = codes_.data() + unsigned_of(ky * window_.kernel_w + first - left) * own;
        const std::uint8_t* from =
            in.data() + unsigned_of(iy * input_.width + first) * all + group * own;
        if (groups_ == 1) {
            std::memcpy(to, from, pixels * all);
            continue;
        }
        for (std::size_t pixel = 0; pixel < pixels; ++pixel, to += own, from += all)
            std::copy(from, from + own, to);
    }
}

void WindowDot::compute(const Codes& in, int y, int x) {
    for (std::size_t group = 0; group < groups_; ++group) {
        gather(in, y, x, group);
        const std::int64_t m = std::accumulate(codes_.begin(), codes_.end(), std::int64_t{0});
        m_[group] = m;
        std::int64_t* p = p_.data() + group * channels_;
        if (binary_) {
            pack_bit_planes(codes_.data(), rows_, input_bits_, planes_.data());
            binary_dot(columns_.data() + group * channels_ * words_, words_, planes_.data(),
                       input_bits_, m, channels_, p);
        } else {
            integer_dot(weights_.data() + group * channels_ * unsigned_of(rows_), codes_.data(),
                        rows_, sums_, p);
        }
    }
}

}  // namespace cimarron
