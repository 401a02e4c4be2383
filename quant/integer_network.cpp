// SPDX-License-Identifier: Apache-2.0
#include "quant/integer_network.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cimarron {

namespace {

void require(bool holds, const std::string& layer, const std::string& what) {
    if (!holds) throw UserError(fmt::format("layer {}: {}", layer, what));
}

void validate_window(const std::string& name, const Window& w, const Shape& in, const Shape& out) {
    require(w.kernel_h > 0 && w.kernel_w > 0 && w.stride_h > 0 && w.stride_w > 0, name,
            "kernel and stride must be positive");
    require(w.pad_top >= 0 && w.pad_left >= 0 && w.pad_bottom >= 0 && w.pad_right >= 0, name,
            "padding must not be negative");
    require(w.kernel_h <= in.height + w.pad_top + w.pad_bottom &&
                w.kernel_w <= in.width + w.pad_left + w.pad_right,
            name, "the kernel is larger than the padded input");
    require(w.out_height(in.height) == out.height && w.out_width(in.width) == out.width, name,
            "output size does not follow from input, kernel, stride and padding");
}

void validate_bits(const std::string& name, int bits, int least, int most, const char* what) {
    require(bits >= least && bits <= most, name,
            fmt::format("{} must be {}..{}", what, least, most));
}

void validate_shift(const std::string& name, int shift) {
    require(shift >= 1 && shift < 62, name, "shift must be 1..61");
}

void validate_residual(const MvmLayer& l) {
    const Residual& r = *l.residual;
    require(l.output_bits != 0, l.name, "logits take no residual");
    require(r.stride >= 1 && (r.input.height - 1) / r.stride + 1 == l.output.height &&
                (r.input.width - 1) / r.stride + 1 == l.output.width,
            l.name, "its residual's size and stride do not give its output's size");
    require(r.channel_offset >= 0 && r.channel_offset + r.input.channels <= l.output.channels,
            l.name, "its residual has channels beyond its output's");
}

void validate_layer(const MvmLayer& l) {
    validate_window(l.name, l.window, l.input, l.output);
    require(l.output.channels > 0, l.name, "no output channels");
    require(l.groups >= 1 && l.input.channels % l.groups == 0 && l.output.channels % l.groups == 0,
            l.name, "groups must divide the channels of input and output");
    validate_bits(l.name, l.input_bits, 1, 8, "input bits");
    validate_bits(l.name, l.weight_bits, 1, 8, "weight bits");
    validate_bits(l.name, l.output_bits, 0, 16, "output bits");
    validate_shift(l.name, l.shift);
    require(
        l.weights.size() == static_cast<std::size_t>(std::int64_t{l.rows()} * l.output.channels),
        l.name,
        fmt::format("has {} weights, its shape needs {}", l.weights.size(),
                    std::int64_t{l.rows()} * l.output.channels));
    require(l.affine.size() == static_cast<std::size_t>(l.output.channels), l.name,
            "needs one affine per output channel");
    const int top = (1 << l.weight_bits) - 1;
    require(std::all_of(l.weights.begin(), l.weights.end(), [&](int u) { return u <= top; }),
            l.name, "a weight code exceeds its bits");
    if (l.residual) validate_residual(l);
}

void validate_layer(const PoolLayer& l) {
    validate_window(l.name, l.window, l.input, l.output);
    require(l.input.channels == l.output.channels, l.name, "pooling keeps the channels");
    require(l.kind == PoolLayer::Kind::average || l.bits == l.output_bits, l.name,
            "max pooling keeps the bits");
    validate_bits(l.name, l.bits, 1, 8, "input bits");
    validate_bits(l.name, l.output_bits, 1, 8, "output bits");
    validate_shift(l.name, l.shift);
}

void validate_layer(const QuantizeLayer& l) {
    validate_bits(l.name, l.input_bits, 1, 16, "input bits");
    validate_bits(l.name, l.output_bits, 1, 8, "output bits");
    validate_shift(l.name, l.shift);
}

std::pair<Shape, int> input_of(const MvmLayer& l) {
    return {l.input, l.input_bits};
}
std::pair<Shape, int> input_of(const PoolLayer& l) {
    return {l.input, l.bits};
}
std::pair<Shape, int> input_of(const QuantizeLayer& l) {
    return {l.shape, l.input_bits};
}

// What layer `i` reads must stand before it and be of the shape and bits it expects.
void validate_sources(const IntegerNetwork& network, int i, std::vector<bool>& read) {
    const Layer& layer = network.layers[static_cast<std::size_t>(i)];
    const std::string& name = name_of(layer);
    const int source = source_of(layer);
    const bool may_read_image = std::holds_alternative<MvmLayer>(layer);
    require(
        source >= (may_read_image ? -1 : 0) && source < i, name,
        may_read_image ? "must read the image or an earlier layer" : "must read an earlier layer");
    const auto [shape, bits] = std::visit([](const auto& l) { return input_of(l); }, layer);
    require(shape == network.shape_of(source) && bits == network.bits_of(source), name,
            "does not fit the layer it reads");
    if (source >= 0) read[static_cast<std::size_t>(source)] = true;
    const Residual* residual = residual_of(layer);
    if (residual == nullptr) return;
    require(residual->source >= 0 && residual->source < i, name,
            "its residual must be an earlier layer's output");
    require(residual->input == network.shape_of(residual->source) &&
                residual->bits == network.bits_of(residual->source),
            name, "its residual does not fit the layer it comes from");
    read[static_cast<std::size_t>(residual->source)] = true;
}

}  // namespace

const std::string& name_of(const Layer& layer) {
    return std::visit([](const auto& l) -> const std::string& { return l.name; }, layer);
}

int source_of(const Layer& layer) {
    return std::visit([](const auto& l) { return l.source; }, layer);
}

const Shape& output_of(const Layer& layer) {
    if (const auto* quantize = std::get_if<QuantizeLayer>(&layer)) return quantize->shape;
    if (const auto* pool = std::get_if<PoolLayer>(&layer)) return pool->output;
    return std::get<MvmLayer>(layer).output;
}

int output_bits_of(const Layer& layer) {
    return std::visit([](const auto& l) { return l.output_bits; }, layer);
}

const Residual* residual_of(const Layer& layer) {
    const auto* mvm = std::get_if<MvmLayer>(&layer);
    return mvm != nullptr && mvm->residual ? &*mvm->residual : nullptr;
}

const Shape& IntegerNetwork::shape_of(int source) const {
    return source < 0 ? input : output_of(layers[static_cast<std::size_t>(source)]);
}

int IntegerNetwork::bits_of(int source) const {
    return source < 0 ? input_bits : output_bits_of(layers[static_cast<std::size_t>(source)]);
}

const MvmLayer& IntegerNetwork::last_mvm() const {
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
        if (const auto* mvm = std::get_if<MvmLayer>(&*layer)) return *mvm;
    throw UserError(fmt::format("network {}: has no convolution or fully connected layer", name));
}

std::int64_t IntegerNetwork::macs() const {
    std::int64_t sum = 0;
    for (const Layer& layer : layers)
        if (const auto* mvm = std::get_if<MvmLayer>(&layer)) sum += mvm->macs();
    return sum;
}

int IntegerNetwork::activation_bits() const {
    int bits = 0;
    const MvmLayer& last = last_mvm();
    for (const Layer& layer : layers) {
        const auto* mvm = std::get_if<MvmLayer>(&layer);
        if (mvm != nullptr && mvm->source >= 0 && mvm != &last)
            bits = std::max(bits, mvm->input_bits);
    }
    return bits == 0 ? last.input_bits : bits;
}

void validate(const IntegerNetwork& network) {
    require(!network.layers.empty() && std::holds_alternative<MvmLayer>(network.layers.front()),
            network.name, "the first layer must be a convolution or fully connected");
    validate_bits(network.name, network.input_bits, 1, 8, "the image's bits");
    const std::size_t count = network.layers.size();
    std::vector<bool> read(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Layer& layer = network.layers[i];
        std::visit([](const auto& l) { validate_layer(l); }, layer);
        validate_sources(network, static_cast<int>(i), read);
        require((output_bits_of(layer) == 0) == (i + 1 == count), name_of(layer),
                "the last layer must give logits, and only it");
    }
    for (std::size_t i = 0; i + 1 < count; ++i)
        require(read[i], name_of(network.layers[i]), "nothing reads its output");
}

}  // namespace cimarron
