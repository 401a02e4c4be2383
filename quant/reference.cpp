// SPDX-License-Identifier: Apache-2.0
#include "quant/reference.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

// Padding is neutral for the maximum: codes are unsigned.
void pool_pixel(const PoolLayer& layer, const Codes& in, int y, int x, std::uint8_t* out) {
    for (int c = 0; c < layer.output.channels; ++c) {
        int inside = 0;
        std::int64_t sum = 0;
        std::uint8_t most = 0;
        for_each_window_pixel(layer.input, layer.window, y, x, [&](std::size_t pixel) {
            const std::uint8_t code = in[pixel + static_cast<std::size_t>(c)];
            ++inside;
            sum += code;
            most = std::max(most, code);
        });
        sum += layer.pad_code * (layer.window.kernel_h * layer.window.kernel_w - inside);
        out[c] = layer.kind == PoolLayer::Kind::max
                     ? most
                     : static_cast<std::uint8_t>(layer.requantizer()(layer.a * sum + layer.d));
    }
}

std::size_t size_of(const Shape& shape) {
    return static_cast<std::size_t>(shape.size());
}

}  // namespace

Reference::Reference(const IntegerNetwork& network)
    : network_(network),
      dots_(network.layers.size()),
      activations_(network.layers.size()),
      streams_(network.layers.size()) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const Layer& layer = network.layers[i];
        if (const auto* mvm = std::get_if<MvmLayer>(&layer)) dots_[i].emplace(*mvm);
        const int bits = output_bits_of(layer);
        if (bits == 0)
            logits_.resize(size_of(output_of(layer)));
        else if (is_stream(bits))
            streams_[i].resize(size_of(output_of(layer)));
        else
            activations_[i].resize(size_of(output_of(layer)));
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
    image_ = &image;
    for (std::size_t i = 0; i < network_.layers.size(); ++i)
        std::visit([&](const auto& layer) { run(layer, i); }, network_.layers[i]);
    image_ = nullptr;
    return logits_;
}

const Codes& Reference::codes_of(int source) const {
    return source < 0 ? *image_ : activations_[static_cast<std::size_t>(source)];
}

template <class L>
void Reference::store(const L& layer, std::size_t index, std::size_t at, std::int64_t v) {
    if (layer.output_bits == 0)
        logits_[at] = v;
    else if (is_stream(layer.output_bits))
        streams_[index][at] = layer.requantizer()(v);
    else
        activations_[index][at] = static_cast<std::uint8_t>(layer.requantizer()(v));
}

void Reference::run(const MvmLayer& layer, std::size_t index) {
    WindowDot& dot = *dots_[index];
    const Codes& in = codes_of(layer.source);
    const auto channels = static_cast<std::size_t>(layer.output.channels);
    const BorderClasses classes(layer.input, layer.output, layer.window);
    std::size_t at = 0;
    for (int y = 0; y < layer.output.height; ++y)
        for (int x = 0; x < layer.output.width; ++x) {
            dot.compute(in, y, x);
            for (std::size_t o = 0; o < channels; ++o, ++at) {
                std::int64_t v = affine_value(layer.affine[o], dot.p(o), dot.m(o));
                if (!layer.border.empty())
                    v += layer.border[static_cast<std::size_t>(classes.of(y, x)) * channels + o];
                if (layer.residual) v += residual_value(*layer.residual, y, x, static_cast<int>(o));
                store(layer, index, at, v);
            }
        }
}

std::int64_t Reference::residual_value(const Residual& residual, int y, int x, int o) const {
    const std::ptrdiff_t at = residual_index(residual, y, x, o);
    if (at < 0) return 0;
    return residual_term(residual, value_of(residual.source, static_cast<std::size_t>(at)));
}

std::int64_t Reference::value_of(int source, std::size_t i) const {
    const auto at = static_cast<std::size_t>(source);
    return is_stream(network_.bits_of(source)) ? streams_[at][i] : activations_[at][i];
}

void Reference::run(const PoolLayer& layer, std::size_t index) {
    const Codes& in = codes_of(layer.source);
    std::uint8_t* pixel = activations_[index].data();
    for (int y = 0; y < layer.output.height; ++y)
        for (int x = 0; x < layer.output.width; ++x, pixel += layer.output.channels)
            pool_pixel(layer, in, y, x, pixel);
}

void Reference::run(const QuantizeLayer& layer, std::size_t index) {
    std::size_t at = 0;
    for (int y = 0; y < layer.shape.height; ++y)
        for (int x = 0; x < layer.shape.width; ++x)
            for (int o = 0; o < layer.shape.channels; ++o, ++at) {
                std::int64_t v = affine_value(layer.affine(static_cast<std::size_t>(o)),
                                              value_of(layer.source, at), 0);
                if (layer.residual) v += residual_value(*layer.residual, y, x, o);
                store(layer, index, at, v);
            }
}

int predicted_class(const std::vector<std::int64_t>& logits) {
    return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace cimarron
