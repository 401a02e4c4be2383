// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_integer.h"

#include <algorithm>

namespace cimarron::test {

namespace {

int code_at(const Shape& s, const Codes& codes, int c, int y, int x) {
    if (y < 0 || y >= s.height || x < 0 || x >= s.width) return 0;
    return codes[static_cast<std::size_t>((y * s.width + x) * s.channels + c)];
}

// a (2 N - (2^b - 1) M) + c M + d of one output value.
std::int64_t mvm_value(const MvmLayer& l, const Codes& in, int o, int y, int x) {
    std::int64_t n = 0;
    std::int64_t m = 0;
    auto index = static_cast<std::size_t>(o) * static_cast<std::size_t>(l.rows());
    for (int ky = 0; ky < l.window.kernel_h; ++ky)
        for (int kx = 0; kx < l.window.kernel_w; ++kx)
            for (int c = 0; c < l.input.channels; ++c, ++index) {
                const int q = code_at(l.input, in, c, y * l.window.stride_h - l.window.pad_top + ky,
                                      x * l.window.stride_w - l.window.pad_left + kx);
                n += q * l.weights[index];
                m += q;
            }
    const ChannelAffine& k = l.affine[static_cast<std::size_t>(o)];
    const std::int64_t p = 2 * n - ((1 << l.weight_bits) - 1) * m;
    return k.a * p + k.c * m + k.d;
}

std::uint8_t pool_value(const PoolLayer& l, const Codes& in, int c, int y, int x) {
    std::int64_t sum = 0;
    int most = 0;
    for (int ky = 0; ky < l.window.kernel_h; ++ky)
        for (int kx = 0; kx < l.window.kernel_w; ++kx) {
            const int q = code_at(l.input, in, c, y * l.window.stride_h - l.window.pad_top + ky,
                                  x * l.window.stride_w - l.window.pad_left + kx);
            sum += q;
            most = std::max(most, q);
        }
    if (l.kind == PoolLayer::Kind::max) return static_cast<std::uint8_t>(most);
    return requantize(l.a * sum + l.d, l.shift, l.output_bits);
}

template <class F>
void for_each_value(const Shape& out, F f) {
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int c = 0; c < out.channels; ++c) f(c, y, x);
}

}  // namespace

NaiveResult naive_run(const IntegerNetwork& network, const Codes& image) {
    NaiveResult result;
    Codes in = image;
    for (const Layer& layer : network.layers) {
        Codes out;
        if (const auto* mvm = std::get_if<MvmLayer>(&layer)) {
            for_each_value(mvm->output, [&](int o, int y, int x) {
                const std::int64_t v = mvm_value(*mvm, in, o, y, x);
                if (mvm->output_bits == 0)
                    result.logits.push_back(v);
                else
                    out.push_back(requantize(v, mvm->shift, mvm->output_bits));
            });
        } else {
            const auto& pool = std::get<PoolLayer>(layer);
            for_each_value(pool.output, [&](int c, int y, int x) {
                out.push_back(pool_value(pool, in, c, y, x));
            });
        }
        result.activations.push_back(out);
        in = std::move(out);
    }
    return result;
}

}  // namespace cimarron::test
