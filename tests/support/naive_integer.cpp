// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_integer.h"

#include <algorithm>

namespace cimarron::test {

namespace {

using Values = std::vector<int>;  // codes or a stream

int value_at(const Shape& s, const Values& values, int c, int y, int x) {
    if (c < 0 || c >= s.channels || y < 0 || y >= s.height || x < 0 || x >= s.width) return 0;
    return values[static_cast<std::size_t>((y * s.width + x) * s.channels + c)];
}

// a (2 N - (2^b - 1) M) + c M + d + r R of one output value.
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
                             x * l.window.stride_w - l.window.pad_left + kx);
                n += q * l.weights[index];
                m += q;
            }
    const ChannelAffine& k = l.affine[static_cast<std::size_t>(o)];
    const std::int64_t p = 2 * n - ((1 << l.weight_bits) - 1) * m;
    std::int64_t v = k.a * p + k.c * m + k.d;
    if (l.residual) {
        const Residual& r = *l.residual;
        v += std::int64_t{r.r} *
             value_at(r.input, residual, o - r.channel_offset, y * r.stride, x * r.stride);
    }
    return v;
}

std::int64_t stored(std::int64_t v, int shift, int bits) {
    if (bits == 0) return v;
    return is_stream(bits) ? std::int64_t{requantize_stream(v, shift, bits)}
                           : std::int64_t{requantize(v, shift, bits)};
}

std::int64_t pool_value(const PoolLayer& l, const Values& in, int c, int y, int x) {
    std::int64_t sum = 0;
    int most = 0;
    for (int ky = 0; ky < l.window.kernel_h; ++ky)
        for (int kx = 0; kx < l.window.kernel_w; ++kx) {
            const int q = value_at(l.input, in, c, y * l.window.stride_h - l.window.pad_top + ky,
                                   x * l.window.stride_w - l.window.pad_left + kx);
            sum += q;
            most = std::max(most, q);
        }
    if (l.kind == PoolLayer::Kind::max) return most;
    return requantize(l.a * sum + l.d, l.shift, l.output_bits);
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
            return stored(mvm_value(*mvm, in, residual, o, y, x), mvm->shift, mvm->output_bits);
        });
    if (const auto* pool = std::get_if<PoolLayer>(&layer))
        return for_each_value(pool->output,
                              [&](int c, int y, int x) { return pool_value(*pool, in, c, y, x); });
    const auto& quantize = std::get<QuantizeLayer>(layer);
    return for_each_value(quantize.shape, [&](int c, int y, int x) {
        const std::int64_t v = std::int64_t{quantize.a} * value_at(quantize.shape, in, c, y, x);
        return stored(v, quantize.shift, quantize.output_bits);
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
