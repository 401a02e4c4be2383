// SPDX-License-Identifier: Apache-2.0
#include "quant/real_dot.h"

#include "common/multiversion.h"

#include <algorithm>
#include <numeric>

namespace cimarron {

namespace {

std::size_t unsigned_of(int value) {
    return static_cast<std::size_t>(value);
}

struct Levels {
    const std::vector<std::int8_t>& integers;  // W
    Reals gain, offset;
};

Levels levels(const BinaryWeights& w) {
    return {w.signs, w.alpha, w.beta};
}

Levels levels(const IntegerWeights& w) {
    Reals offset(w.scale.size());
    for (std::size_t o = 0; o < w.zero.size(); ++o) offset[o] = -w.scale[o] * w.zero[o];
    return {w.values, w.scale, offset};
}

// sums[o] += value * weights[row][o]
CIMARRON_MULTIVERSION
void multiply_rows(const double* weights, const double* values, std::size_t rows,
                   std::size_t channels, double* sums) {
    for (std::size_t row = 0; row < rows; ++row, weights += channels) {
        const double value = values[row];
        if (value == 0) continue;
        for (std::size_t o = 0; o < channels; ++o) sums[o] += value * weights[o];
    }
}

}  // namespace

RealDot::RealDot(const ConvNode& node, const TensorInfo& input)
    : input_(input.shape),
      quantizer_(*input.quantizer),
      window_(node.window),
      groups_(unsigned_of(node.groups)),
      rows_(unsigned_of(node.window.kernel_h * node.window.kernel_w *
                        (input.shape.channels / node.groups))),
      channels_(unsigned_of(node.out_channels / node.groups)),
      window_values_(rows_),
      sums_(channels_),
      result_(unsigned_of(node.out_channels)) {
    const Levels w = std::visit([](const auto& weights) { return levels(weights); }, node.weights);
    gain_ = w.gain;
    offset_ = w.offset;
    weights_.resize(w.integers.size());
    const std::size_t of_group = unsigned_of(input.shape.channels) / groups_;
    const std::size_t kernel = rows_ / of_group;
    const std::int8_t* from = w.integers.data();
    for (std::size_t group = 0; group < groups_; ++group)
        for (std::size_t o = 0; o < channels_; ++o)
            for (std::size_t c = 0; c < of_group; ++c)
                for (std::size_t k = 0; k < kernel; ++k)
                    weights_[(group * rows_ + k * of_group + c) * channels_ + o] = *from++;
}

void RealDot::gather(const std::vector<std::int64_t>& codes, int y, int x, std::size_t group) {
    const std::size_t of_group = unsigned_of(input_.channels) / groups_;
    const std::size_t first = group * of_group;
    const double unit = quantizer_.scale[first];
    double* to = window_values_.data();
    for (int ky = 0; ky < window_.kernel_h; ++ky)
        for (int kx = 0; kx < window_.kernel_w; ++kx, to += of_group) {
            const int iy = y * window_.stride_h - window_.pad_top + ky;
            const int ix = x * window_.stride_w - window_.pad_left + kx;
            std::fill_n(to, of_group, 0.0);
            if (iy < 0 || ix < 0 || iy >= input_.height || ix >= input_.width) continue;
            const std::int64_t* pixel =
                codes.data() + unsigned_of((iy * input_.width + ix) * input_.channels) + first;
            for (std::size_t c = 0; c < of_group; ++c) {
                to[c] = static_cast<double>(pixel[c]) - quantizer_.zero[first + c];
                if (quantizer_.scale[first + c] != unit)
                    to[c] *= quantizer_.scale[first + c] / unit;
            }
        }
}

const std::vector<double>& RealDot::compute(const std::vector<std::int64_t>& codes, int y, int x) {
    for (std::size_t group = 0; group < groups_; ++group) {
        gather(codes, y, x, group);
        std::fill(sums_.begin(), sums_.end(), 0.0);
        multiply_rows(weights_.data() + group * rows_ * channels_, window_values_.data(), rows_,
                      channels_, sums_.data());
        const double all = std::accumulate(window_values_.begin(), window_values_.end(), 0.0);
        const double unit = quantizer_.scale[group * unsigned_of(input_.channels) / groups_];
        for (std::size_t o = 0; o < channels_; ++o) {
            const std::size_t channel = group * channels_ + o;
            result_[channel] = unit * (gain_[channel] * sums_[o] + offset_[channel] * all);
        }
    }
    return result_;
}

}  // namespace cimarron
