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

void validate_residual(const std::string& name, const Residual& r, const Shape& output) {
    require(r.stride >= 1 && (r.input.height - 1) / r.stride + 1 == output.height &&
                (r.input.width - 1) / r.stride + 1 == output.width,
            name, "its residual's size and stride do not give its output's size");
    require(r.channel_offset >= 0 && r.channel_offset + r.input.channels <= output.channels, name,
            "its residual has channels beyond its output's");
    require(r.up >= 0 && r.up < 62, name, "its residual's gain is shifted by 0..61");
}

void validate_range(const std::string& name, const std::optional<CodeRange>& range, int bits) {
    if (!range) return;
    require(bits > 0, name, "logits have no range of codes");
    const CodeRange all = whole_range(bits);
    require(all.low <= range->low && range->low <= range->high && range->high <= all.high, name,
            fmt::format("codes {} to {} are none of {} bits", range->low, range->high, bits));
}

void validate_border(const MvmLayer& l) {
    if (l.border.empty()) return;
    const BorderClasses classes(l.input, l.output, l.window);
    require(l.border.size() == static_cast<std::size_t>(classes.count()) *
                                   static_cast<std::size_t>(l.output.channels),
            l.name, "needs one border correction per class of windows and output channel");
}

void validate_layer(const MvmLayer& l) {
    validate_window(l.name, l.window, l.input, l.output);
    require(l.output.channels > 0, l.name, "no output channels");
    require(l.groups >= 1 && l.input.channels % l.groups == 0 && l.output.channels % l.groups == 0,
            l.name, "groups must divide the channels of input and output");
    validate_bits(l.name, l.input_bits, 1, 8, "input bits");
    validate_bits(l.name, l.weight_bits, 1, 8, "weight bits");
    validate_bits(l.name, l.output_bits, 0, 32, "output bits");
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
    require(l.pad_code < 1 << l.input_bits, l.name, "pads with a code beyond its input bits");
    validate_range(l.name, l.range, l.output_bits);
    validate_border(l);
    if (l.residual) validate_residual(l.name, *l.residual, l.output);
}

void validate_layer(const PoolLayer& l) {
    validate_window(l.name, l.window, l.input, l.output);
    require(l.input.channels == l.output.channels, l.name, "pooling keeps the channels");
    require(l.kind == PoolLayer::Kind::average || l.bits == l.output_bits, l.name,
            "max pooling keeps the bits");
    validate_bits(l.name, l.bits, 1, 8, "input bits");
    validate_bits(l.name, l.output_bits, 1, 8, "output bits");
    validate_shift(l.name, l.shift);
    require(l.pad_code < 1 << l.bits, l.name, "pads with a code beyond its input bits");
    validate_range(l.name, l.range, l.output_bits);
}

void validate_layer(const QuantizeLayer& l) {
    validate_bits(l.name, l.input_bits, 1, 32, "input bits");
    validate_bits(l.name, l.output_bits, 1, 32, "output bits");
    validate_shift(l.name, l.shift);
    validate_range(l.name, l.range, l.output_bits);
    require(l.channels.empty() || l.channels.size() == static_cast<std::size_t>(l.shape.channels),
            l.name, "needs one factor per channel, or one for all");
    if (l.residual) validate_residual(l.name, *l.residual, l.shape);
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
    const std::optional<Residual>* residual = nullptr;
    if (const auto* mvm = std::get_if<MvmLayer>(&layer)) residual = &mvm->residual;
    if (const auto* quantize = std::get_if<QuantizeLayer>(&layer)) residual = &quantize->residual;
    return residual != nullptr && *residual ? &**residual : nullptr;
}

namespace {

template <class L>
Requantizer requantizer_of(const L& layer) {
    if (layer.output_bits == 0) return {layer.shift, layer.rounding, {}};
    return {layer.shift, layer.rounding, layer.range.value_or(whole_range(layer.output_bits))};
}

// Output positions along one axis by how many of their window's places are padding before and
// behind: numbers of classes in the order in which they come, but 0 without padding.
std::vector<int> axis_classes(int outputs, int stride, int pad, int kernel, int size) {
    std::vector<std::pair<int, int>> seen{{0, 0}};
    std::vector<int> classes;
    for (int i = 0; i < outputs; ++i) {
        const int first = i * stride - pad;
        const std::pair<int, int> padded{std::clamp(-first, 0, kernel),
                                         std::clamp(first + kernel - size, 0, kernel)};
        const auto found = std::find(seen.begin(), seen.end(), padded);
        classes.push_back(static_cast<int>(found - seen.begin()));
        if (found == seen.end()) seen.push_back(padded);
    }
    return classes;
}

int count_of(const std::vector<int>& classes) {
    return 1 + *std::max_element(classes.begin(), classes.end());
}

}  // namespace

Requantizer MvmLayer::requantizer() const {
    return requantizer_of(*this);
}
Requantizer PoolLayer::requantizer() const {
    return requantizer_of(*this);
}
Requantizer QuantizeLayer::requantizer() const {
    return requantizer_of(*this);
}

BorderClasses::BorderClasses(const Shape& input, const Shape& output, const Window& window)
    : rows_(axis_classes(output.height, window.stride_h, window.pad_top, window.kernel_h,
                         input.height)),
      columns_(axis_classes(output.width, window.stride_w, window.pad_left, window.kernel_w,
                            input.width)),
      columns_of_a_row_(count_of(columns_)),
      first_(static_cast<std::size_t>(count_of(rows_) * columns_of_a_row_), {-1, -1}) {
    for (int y = 0; y < output.height; ++y)
        for (int x = 0; x < output.width; ++x) {
            auto& first = first_[static_cast<std::size_t>(of(y, x))];
            if (first.first < 0) first = {y, x};
        }
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
