// SPDX-License-Identifier: Apache-2.0
#include "quant/integer_network.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

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

void validate_mvm(const MvmLayer& l) {
    validate_window(l.name, l.window, l.input, l.output);
    require(l.output.channels > 0, l.name, "no output channels");
    require(l.weight_bits >= 1 && l.weight_bits <= 8, l.name, "weight bits must be 1..8");
    require(l.output_bits >= 0 && l.output_bits <= 8, l.name, "output bits must be 0..8");
    require(l.shift >= 1 && l.shift < 62, l.name, "shift must be 1..61");
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
}

void validate_pool(const PoolLayer& l) {
    validate_window(l.name, l.window, l.input, l.output);
    require(l.input.channels == l.output.channels, l.name, "pooling keeps the channels");
    require(l.kind == PoolLayer::Kind::average || l.bits == l.output_bits, l.name,
            "max pooling keeps the bits");
    require(l.output_bits >= 1 && l.output_bits <= 8, l.name, "output bits must be 1..8");
    require(l.shift >= 1 && l.shift < 62, l.name, "shift must be 1..61");
}

}  // namespace

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
    std::vector<int> inputs;  // input bits of each MVM; the first reads the image
    for (const Layer& layer : layers)
        if (const auto* mvm = std::get_if<MvmLayer>(&layer)) inputs.push_back(mvm->input_bits);
    if (inputs.size() == 1) return inputs.front();
    const auto last = inputs.size() > 2 ? inputs.end() - 1 : inputs.end();
    return *std::max_element(inputs.begin() + 1, last);
}

void validate(const IntegerNetwork& network) {
    require(!network.layers.empty() && std::holds_alternative<MvmLayer>(network.layers.front()),
            network.name, "the first layer must be a convolution or fully connected");
    Shape shape = network.input;
    int bits = network.input_bits;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        if (const auto* mvm = std::get_if<MvmLayer>(&network.layers[i])) {
            validate_mvm(*mvm);
            require(mvm->input == shape && mvm->input_bits == bits, mvm->name,
                    "does not fit the layer before it");
            shape = mvm->output;
            bits = mvm->output_bits;
            require((bits == 0) == (i + 1 == network.layers.size()), mvm->name,
                    "the last layer, and only it, gives logits");
        } else {
            const auto& pool = std::get<PoolLayer>(network.layers[i]);
            validate_pool(pool);
            require(pool.input == shape && pool.bits == bits, pool.name,
                    "does not fit the layer before it");
            shape = pool.output;
            bits = pool.output_bits;
        }
    }
    require(bits == 0, network.name, "must end in a layer without activation (the logits)");
}

}  // namespace cimarron
