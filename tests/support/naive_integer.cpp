// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_integer.h"

#include <algorithm>

namespace cimarron::test {

namespace {

using Values = std::vector<int>;  // codes or a stream

int value_at(const Shape& s, const Values& values, int c, int y, int x, int outside = 0) {
    if (c < 0 || c >= s.channels || y < 0 || y >= s.height || x < 0 || x >= s.width) return outside;
    return values[static_cast<std::size_t>((y * s.width + x) * s.channels + c)];
}

std::int64_t residual_value(const std::optional<Residual>& r, const Values& values, int o, int y,
                            int x) {
    if (!r) return 0;
    return std::int64_t{r->r} *
           value_at(r->input, values, o - r->channel_offset, y * r->stride, x * r->stride) *
           (std::int64_t{1} << r->up);
}

// (a (2 N - (2^b - 1) M) + c M) 2^up + d + r R of one output value, with the border's correction.
std::int64_t mvm_value(const MvmLayer& l, const Values& in, const Values& residual, int o, int y,
                       int x) {
    const int of_group = l.input.channels / l.groups;
    const int first = o / (l.output.channels / l.groups) * of_group;
    std::int64_t n = 0;
    std::int64_t m = 0;
    auto index = static_cast<std::size_t>(o) * static_cast<std::size_t>(l.rows());
    for (int ky = 0; ky < l.window.kernel_h; ++ky)
        for (int kx = 0; kx < l.window.kernel_w; ++kx)
            for (int c = first; c < first + of_group; ++c, ++index) {
                const int q =
                    value_at(l.input, in, c, y * l.window.stride_h - l.window.pad_top + ky,
                             x * l.window.stride_w - l.window.pad_left + kx, l.pad_code);
                n += q * l.weights[index];
                m += q;
            }
    const ChannelAffine& k = l.affine[static_cast<std::size_t>(o)];
    const std::int64_t p = 2 * n - ((1 << l.weight_bits) - 1) * m;
    std::int64_t v = (k.a * p + k.c * m) * (std::int64_t{1} << k.up) + k.d;
    if (!l.border.empty())
        v += l.border[static_cast<std::size_t>(
            BorderClasses(l.input, l.output, l.window).of(y, x) * l.output.channels + o)];
    return v + residual_value(l.residual, residual, o, y, x);
}

// Integer division that rounds down, then by what is left of it; no shifts.
template <class L>
std::int64_t stored(std::int64_t v, const L& layer) {
    if (layer.output_bits == 0) return v;
    const std::int64_t unit = std::int64_t{1} << layer.shift;
    const std::int64_t rest = ((v % unit) + unit) % unit;
    std::int64_t code = (v - rest) / unit;
    const bool up = layer.rounding == Rounding::half_up ? 2 * rest >= unit
                    : layer.rounding == Rounding::half_even
                        ? 2 * rest > unit || (2 * rest == unit && code % 2 != 0)
                        : false;
    if (up) ++code;
    const std::int64_t half = std::int64_t{1} << (layer.output_bits - 1);
    const std::int64_t low = layer.range ? layer.range->low : layer.output_bits > 8 ? -half : 0;
    const std::int64_t high = layer.range             ? layer.range->high
                              : layer.output_bits > 8 ? half - 1
                                                      : 2 * half - 1;
    return std::clamp(code, low, high);
}

std::int64_t pool_value(const PoolLayer& l, const Values& in, int c, int y, int x) {
    std::int64_t sum = 0;
    int most = 0;
    for (int ky = 0; ky < l.window.kernel_h; ++ky)
        for (int kx = 0; kx < l.window.kernel_w; ++kx) {
            const int q = value_at(l.input, in, c, y * l.window.stride_h - l.window.pad_top + ky,
                                   x * l.window.stride_w - l.window.pad_left + kx,
                                   l.kind == PoolLayer::Kind::max ? 0 : l.pad_code);
            sum += q;
            most = std::max(most, q);
        }
    if (l.kind == PoolLayer::Kind::max) return most;
    return stored(l.a * sum + l.d, l);
}

template <class F>
std::vector<std::int64_t> for_each_value(const Shape& out, F f) {
    std::vector<std::int64_t> values;
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int c = 0; c < out.channels; ++c) values.push_back(f(c, y, x));
    return values;
}

}  // namespace

std::vector<std::int64_t> naive_layer(const Layer& layer, const Values& in,
                                      const Values& residual) {
    if (const auto* mvm = std::get_if<MvmLayer>(&layer))
        return for_each_value(mvm->output, [&](int o, int y, int x) {
            return stored(mvm_value(*mvm, in, residual, o, y, x), *mvm);
        });
    if (const auto* pool = std::get_if<PoolLayer>(&layer))
        return for_each_value(pool->output,
                              [&](int c, int y, int x) { return pool_value(*pool, in, c, y, x); });
    const auto& quantize = std::get<QuantizeLayer>(layer);
    return for_each_value(quantize.shape, [&](int c, int y, int x) {
        const std::int64_t of_input = value_at(quantize.shape, in, c, y, x);
        const ChannelAffine k = quantize.channels.empty()
                                    ? ChannelAffine(quantize.a, 0, quantize.d)
                                    : quantize.channels[static_cast<std::size_t>(c)];
        const std::int64_t v = k.a * of_input * (std::int64_t{1} << k.up) + k.d +
                               residual_value(quantize.residual, residual, c, y, x);
        return stored(v, quantize);
    });
}

NaiveResult naive_run(const IntegerNetwork& network, const Codes& image) {
    NaiveResult result;
    std::vector<Values> outputs;
    const Values pixels(image.begin(), image.end());
    for (const Layer& layer : network.layers) {
        const int source = source_of(layer);
        const Residual* residual = residual_of(layer);
        const std::vector<std::int64_t> out = naive_layer(
            layer, source < 0 ? pixels : outputs[static_cast<std::size_t>(source)],
            residual == nullptr ? Values{} : outputs[static_cast<std::size_t>(residual->source)]);
        outputs.emplace_back(out.begin(), out.end());
        const int bits = output_bits_of(layer);
        result.activations.emplace_back();
        result.streams.emplace_back();
        if (bits == 0)
            result.logits = out;
        else if (is_stream(bits))
            result.streams.back().assign(out.begin(), out.end());
        else
            result.activations.back().assign(out.begin(), out.end());
    }
    return result;
}

}  // namespace cimarron::test
