// SPDX-License-Identifier: Apache-2.0
#include "quant/lower_weights.h"

#include <utility>

namespace cimarron {

namespace {

// [o][c][y][x] to [o][y][x][c], (value + offset) >> shift; `in_channels` are those of one group.
std::vector<std::uint8_t> crossbar_order(const std::vector<std::int8_t>& values, int channels,
                                         int in_channels, const Window& w, int offset, int shift) {
    std::vector<std::uint8_t> codes(values.size());
    std::size_t to = 0;
    for (int o = 0; o < channels; ++o)
        for (int y = 0; y < w.kernel_h; ++y)
            for (int x = 0; x < w.kernel_w; ++x)
                for (int c = 0; c < in_channels; ++c) {
                    const std::size_t from =
                        ((static_cast<std::size_t>(o) * static_cast<std::size_t>(in_channels) +
                          static_cast<std::size_t>(c)) *
                             static_cast<std::size_t>(w.kernel_h) +
                         static_cast<std::size_t>(y)) *
                            static_cast<std::size_t>(w.kernel_w) +
                        static_cast<std::size_t>(x);
                    codes[to++] = static_cast<std::uint8_t>((values[from] + offset) >> shift);
                }
    return codes;
}

// w = alpha B + beta: sum(w q) = alpha P + beta M; the code of B is (B + 1) / 2.
LoweredWeights lower(const BinaryWeights& w, const ConvNode& node, int in_channels) {
    LoweredWeights result{
        1, crossbar_order(w.signs, node.out_channels, in_channels, node.window, 1, 1), {}};
    for (std::size_t o = 0; o < w.alpha.size(); ++o)
        result.dot.push_back({w.alpha[o], w.beta[o], 0});
    return result;
}

// w = scale (v - zero), v = u - 2^(b-1), W = 2u - (2^b - 1) = 2v + 1:
// sum(w q) = scale (P - M) / 2 - scale zero M.
LoweredWeights lower(const IntegerWeights& w, const ConvNode& node, int in_channels) {
    const int half = 1 << (w.bits - 1);
    LoweredWeights result{
        w.bits, crossbar_order(w.values, node.out_channels, in_channels, node.window, half, 0), {}};
    for (std::size_t o = 0; o < w.scale.size(); ++o) {
        const double half_scale = w.scale[o] / 2;
        const double zero = w.zero.empty() ? 0.0 : w.zero[o];
        result.dot.push_back({half_scale, -half_scale * (1 + 2 * zero), 0});
    }
    return result;
}

}  // namespace

LoweredWeights lower_weights(const ConvNode& node, int in_channels) {
    const int of_group = in_channels / node.groups;
    return std::visit([&](const auto& w) { return lower(w, node, of_group); }, node.weights);
}

}  // namespace cimarron
