// SPDX-License-Identifier: Apache-2.0
#include "quant/lower_conv.h"

#include "common/error.h"
#include "quant/lower_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

bool is_padded(const Window& w) {
    return w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0;
}

bool is_code(double zero, int bits) {
    return zero == std::floor(zero) && zero >= 0 && zero < std::ldexp(1.0, bits);
}

namespace {

// Sums of a weight's W and of ones, each times the zero of the channel that its row reads, over the
// rows that `takes`: what sum(w z) = a sum(W z) + c sum(z) is made of.
class ZeroSums {
public:
    ZeroSums(const MvmLayer& layer, const PerChannel& zero) : layer_(layer), zero_(zero) {}

    template <class Takes>
    ZeroTerms sums(int o, Takes takes) const {
        const Window& w = layer_.window;
        const int channels = layer_.input.channels / layer_.groups;
        const int first = o / (layer_.output.channels / layer_.groups) * channels;
        const int top = (1 << layer_.weight_bits) - 1;
        const std::uint8_t* code = layer_.weights.data() + std::ptrdiff_t{o} * layer_.rows();
        ZeroTerms sums;
        for (int ky = 0; ky < w.kernel_h; ++ky)
            for (int kx = 0; kx < w.kernel_w; ++kx)
                for (int c = 0; c < channels; ++c, ++code) {
                    if (!takes(ky, kx)) continue;
                    const double zero = zero_[static_cast<std::size_t>(first + c)];
                    sums.of_p += (2 * *code - top) * zero;
                    sums.of_m += zero;
                }
        return sums;
    }

private:
    const MvmLayer& layer_;
    const PerChannel& zero_;
};

// The scale of the codes that each output channel sees.
std::vector<double> input_scales(const ConvNode& node, const TensorInfo& input) {
    const PerChannel& scale = input.quantizer->scale;
    const int of_group = input.shape.channels / node.groups;
    std::vector<double> result;
    for (int o = 0; o < node.out_channels; ++o) {
        const int first = o / (node.out_channels / node.groups) * of_group;
        const double one = scale[static_cast<std::size_t>(first)];
        for (int c = first; c < first + of_group; ++c)
            if (scale[static_cast<std::size_t>(c)] != one)
                throw UserError(fmt::format(
                    "node {}: its input's channels have different scales, and each output channel "
                    "sums over several of them; only depthwise layers can read scales of channels",
                    node.name));
        result.push_back(one);
    }
    return result;
}

MvmLayer layer_of(const ConvNode& node, const TensorInfo& input, const Shape& output,
                  LoweredWeights& weights) {
    MvmLayer layer;
    layer.name = node.name;
    layer.source = node.source;
    layer.input = input.shape;
    layer.output = output;
    layer.window = node.window;
    layer.groups = node.groups;
    layer.input_bits = input.quantizer->bits;
    layer.weight_bits = weights.bits;
    layer.weights = std::move(weights.codes);
    return layer;
}

// sum(w s (q - z)) = s sum(w q) - s sum(w z), and what padding of code 0 lacks at the border.
void subtract_zeros(const PerChannel& zero, RealConv& conv) {
    MvmLayer& layer = conv.layer;
    if (zero.is_uniform() && zero[0] == 0) return;
    const bool code = zero.is_uniform() && is_code(zero[0], layer.input_bits);
    if (code) layer.pad_code = static_cast<std::uint8_t>(zero[0]);
    const bool corrected = is_padded(layer.window) && !code;
    const BorderClasses classes(layer.input, layer.output, layer.window);
    const auto channels = static_cast<std::size_t>(layer.output.channels);
    if (corrected) conv.border.resize(channels * static_cast<std::size_t>(classes.count()));
    const ZeroSums zeros(layer, zero);
    for (std::size_t o = 0; o < channels; ++o) {
        const auto sums = [&](auto takes) { return zeros.sums(static_cast<int>(o), takes); };
        const ZeroTerms all = sums([](int, int) { return true; });
        conv.affine[o].zeros = {-all.of_p, -all.of_m};
        for (int k = 1; corrected && k < classes.count(); ++k) {
            const auto [y, x] = classes.example(k);
            if (y < 0) continue;  // no window has it
            const int top = y * layer.window.stride_h - layer.window.pad_top;
            const int left = x * layer.window.stride_w - layer.window.pad_left;
            conv.border[static_cast<std::size_t>(k) * channels + o] = sums([&](int ky, int kx) {
                return top + ky < 0 || top + ky >= layer.input.height || left + kx < 0 ||
                       left + kx >= layer.input.width;
            });
        }
    }
}

void fold(const ConvNode& node, RealConv& conv) {
    const std::size_t channels = conv.affine.size();
    for (std::size_t o = 0; o < channels; ++o) {
        RealAffine& z = conv.affine[o];
        if (!node.bias.empty()) z.d += node.bias[o];
        if (!node.batch_norm) continue;
        const BatchNorm& bn = *node.batch_norm;
        const double gain = bn.gamma[o] / std::sqrt(bn.variance[o] + bn.epsilon);
        z.a *= gain;
        z.c *= gain;
        z.d = gain * (z.d - bn.mean[o]) + bn.beta[o];
    }
}

}  // namespace

RealConv lower_dot(const ConvNode& node, const TensorInfo& input, const Shape& output) {
    const std::vector<double> scales = input_scales(node, input);
    LoweredWeights weights = lower_weights(node, input.shape.channels);
    RealConv conv{layer_of(node, input, output, weights), std::move(weights.dot), {}};
    subtract_zeros(input.quantizer->zero, conv);
    for (std::size_t o = 0; o < scales.size(); ++o) {
        conv.affine[o].a *= scales[o];
        conv.affine[o].c *= scales[o];
    }
    fold(node, conv);
    return conv;
}

std::vector<Interval> reach(const RealConv& conv, const CodeRange& input) {
    std::vector<Interval> result = reach(conv.layer, conv.affine, input);
    const std::size_t channels = result.size();
    std::vector<Interval> corrections(channels);
    for (std::size_t i = 0; i < conv.border.size(); ++i) {
        Interval& of = corrections[i % channels];
        const double correction = conv.affine[i % channels].times(conv.border[i]);
        of.low = std::min(of.low, correction);
        of.high = std::max(of.high, correction);
    }
    for (std::size_t o = 0; o < channels; ++o) {
        result[o].low += corrections[o].low;
        result[o].high += corrections[o].high;
    }
    return result;
}

}  // namespace cimarron
