// SPDX-License-Identifier: Apache-2.0
#include "quant/reference.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace cimarron {

namespace {

// Visits the part of a window that lies inside the input: f(code offset of a pixel).
template <class F>
void for_each_pixel(const Shape& in, const Window& w, int y, int x, F f) {
    const int top = y * w.stride_h - w.pad_top;
    const int left = x * w.stride_w - w.pad_left;
    for (int iy = std::max(top, 0); iy < std::min(top + w.kernel_h, in.height); ++iy)
        for (int ix = std::max(left, 0); ix < std::min(left + w.kernel_w, in.width); ++ix)
            f(static_cast<std::size_t>(iy * in.width + ix) * static_cast<std::size_t>(in.channels));
}

// Padding takes part as code 0: neutral for the sum and, codes being unsigned, for the maximum.
void pool_pixel(const PoolLayer& layer, const Codes& in, int y, int x, std::uint8_t* out) {
    for (int c = 0; c < layer.output.channels; ++c) {
        std::int64_t sum = 0;
        std::uint8_t most = 0;
        for_each_pixel(layer.input, layer.window, y, x, [&](std::size_t pixel) {
            const std::uint8_t code = in[pixel + static_cast<std::size_t>(c)];
            sum += code;
            most = std::max(most, code);
        });
        out[c] = layer.kind == PoolLayer::Kind::max
                     ? most
                     : requantize(layer.a * sum + layer.d, layer.shift, layer.output_bits);
    }
}

void run(const PoolLayer& layer, const Codes& in, Codes& out) {
    out.resize(static_cast<std::size_t>(layer.output.size()));
    std::uint8_t* pixel = out.data();
    for (int y = 0; y < layer.output.height; ++y)
        for (int x = 0; x < layer.output.width; ++x, pixel += layer.output.channels)
            pool_pixel(layer, in, y, x, pixel);
}

}  // namespace

Reference::Reference(const IntegerNetwork& network)
    : network_(network), activations_(network.layers.size()) {
    for (const Layer& layer : network.layers) {
        const auto* mvm = std::get_if<MvmLayer>(&layer);
        weights_.push_back(mvm != nullptr ? prepare(*mvm) : DotWeights{});
    }
}

void Reference::check(const Codes& image) const {
    if (image.size() != static_cast<std::size_t>(network_.input.size()))
        throw UserError(fmt::format("network {}: the image has {} values, {} are right",
                                    network_.name, image.size(), network_.input.size()));
    const int top = (1 << network_.input_bits) - 1;
    if (*std::max_element(image.begin(), image.end()) > top)
        throw UserError(fmt::format("network {}: an image value exceeds {}", network_.name, top));
}

std::vector<std::int64_t> Reference::logits(const Codes& image) {
    check(image);
    const Codes* codes = &image;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
        Codes& out = activations_[i];
        if (const auto* mvm = std::get_if<MvmLayer>(&network_.layers[i]))
            run(*mvm, weights_[i], *codes, out);
        else
            cimarron::run(std::get<PoolLayer>(network_.layers[i]), *codes, out);
        codes = &out;
    }
    return logits_;
}

// The window's codes in row order [ky][kx][c]: one copy per kernel row, zeros where it is padded.
void Reference::gather(const MvmLayer& layer, const Codes& in, int y, int x) {
    const Window& w = layer.window;
    const int channels = layer.input.channels;
    const int left = x * w.stride_w - w.pad_left;
    const int first = std::max(left, 0);
    const int last = std::min(left + w.kernel_w, layer.input.width);
    std::fill(window_.begin(), window_.end(), std::uint8_t{0});
    if (first >= last) return;
    for (int ky = 0; ky < w.kernel_h; ++ky) {
        const int iy = y * w.stride_h - w.pad_top + ky;
        if (iy < 0 || iy >= layer.input.height) continue;
        std::memcpy(window_.data() + (ky * w.kernel_w + first - left) * channels,
                    in.data() + std::ptrdiff_t{iy * layer.input.width + first} * channels,
                    static_cast<std::size_t>((last - first) * channels));
    }
}

void Reference::run(const MvmLayer& layer, const DotWeights& weights, const Codes& in, Codes& out) {
    const int channels = layer.output.channels;
    const bool gives_logits = layer.output_bits == 0;
    const auto size = static_cast<std::size_t>(layer.output.size());
    out.resize(gives_logits ? 0 : size);
    if (gives_logits) logits_.resize(size);
    window_.resize(static_cast<std::size_t>(layer.rows()));
    planes_.resize(static_cast<std::size_t>(weights.words * layer.input_bits));
    p_.resize(static_cast<std::size_t>(channels));
    std::size_t at = 0;
    for (int y = 0; y < layer.output.height; ++y)
        for (int x = 0; x < layer.output.width; ++x) {
            gather(layer, in, y, x);
            const auto m = std::accumulate(window_.begin(), window_.end(), std::int64_t{0});
            if (layer.weight_bits == 1) {
                pack_bit_planes(window_.data(), layer.rows(), layer.input_bits, planes_.data());
                binary_dot(weights, planes_.data(), layer.input_bits, m, channels, p_.data());
            } else {
                integer_dot(weights, window_.data(), layer.rows(), channels, p_.data());
            }
            for (std::size_t o = 0; o < p_.size(); ++o, ++at) {
                const std::int64_t v = affine_value(layer.affine[o], p_[o], m);
                if (gives_logits)
                    logits_[at] = v;
                else
                    out[at] = requantize(v, layer.shift, layer.output_bits);
            }
        }
}

int predicted_class(const std::vector<std::int64_t>& logits) {
    return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace cimarron
