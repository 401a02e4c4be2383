// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace cimarron {

namespace {

std::string text(const Shape& shape) {
    return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

const char* text(Rounding rounding) {
    return rounding == Rounding::half_even ? "half to even"
           : rounding == Rounding::half_up ? "half up"
                                           : "floor";
}

int weight_bits(const ConvNode& conv) {
    const auto* integers = std::get_if<IntegerWeights>(&conv.weights);
    return integers == nullptr ? 1 : integers->bits;
}

bool is_padded(const Window& w) {
    return w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0;
}

std::string codes_text(const std::optional<ActivationQuantizer>& q) {
    if (!q) return "real values";
    return fmt::format("{} bits ({}..{}), zero {:g}", q->bits, q->low, q->high, q->zero[0]);
}

void add_layers(const Network& network, std::string& out) {
    const std::vector<TensorInfo> outputs = outputs_of(network);
    out += fmt::format("{:<40} {:>14}  {:>7}  {}\n", "layer", "output", "weights", "gives");
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const auto* conv = std::get_if<ConvNode>(&network.nodes[i]);
        out += fmt::format(
            "{:<40} {:>14}  {:>7}  {}\n", name_of(network.nodes[i]), text(outputs[i].shape),
            conv == nullptr
                ? ""
                : fmt::format("{} bit{}", weight_bits(*conv), weight_bits(*conv) == 1 ? "" : "s"),
            i + 1 == network.nodes.size() ? "logits" : codes_text(outputs[i].quantizer));
    }
}

// What a chip must have for this network to run exactly.
void add_needs(const Network& network, std::string& out) {
    std::set<int> weights;
    std::set<int> codes{network.input_quantizer.bits};
    std::set<std::string> rounding{text(network.input_quantizer.rounding)};
    bool borders = false;
    int stream = 0;
    const std::vector<TensorInfo> outputs = outputs_of(network);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto* conv = std::get_if<ConvNode>(&network.nodes[i]);
        if (conv != nullptr) {
            weights.insert(weight_bits(*conv));
            const TensorInfo in = tensor_at(network, outputs, conv->source);
            const bool zero_is_0 = in.quantizer && in.quantizer->zero == PerChannel(0.0);
            borders = borders || (is_padded(conv->window) && !zero_is_0);
        }
        if (!outputs[i].quantizer) continue;
        rounding.insert(text(outputs[i].quantizer->rounding));
        if (is_stream(outputs[i].quantizer->bits))
            stream = std::max(stream, outputs[i].quantizer->bits);
        else
            codes.insert(outputs[i].quantizer->bits);
    }
    out += fmt::format("needs of a chip: weights of {} bits, codes of {} bits, rounding {}\n",
                       fmt::join(weights, ", "), fmt::join(codes, ", "), fmt::join(rounding, ", "));
    if (stream > 0) out += fmt::format("  residual streams of {} bits\n", stream);
    if (borders) out += "  padding whose zero is another code than 0\n";
}

}  // namespace

std::string import_table(const Import& imported) {
    const Network& network = imported.network;
    std::string out =
        fmt::format("{}: image {}{}, {} layers\n", network.name, text(network.input),
                    network.image_form.channels_last ? " (channels last in the file)" : "",
                    network.nodes.size());
    out += "operators in the file:";
    for (const auto& [name, count] : imported.report.operators)
        out += fmt::format(" {} {},", count, name);
    out.back() = '\n';
    std::string step;
    for (const foreign::Changes::Entry& entry : imported.report.changes) {
        out += fmt::format("{:<16} {} ({})\n", entry.step == step ? "" : entry.step, entry.what,
                           entry.times);
        step = entry.step;
    }
    add_layers(network, out);
    add_needs(network, out);
    if (imported.report.unnamed_image_codes)
        out += fmt::format(
            "note: the file does not say the range of its image's codes; {} is taken "
            "(--signed-image says the other)\n",
            network.input_quantizer.zero[0] != 0 ? "-128..127" : "0..255");
    return out;
}

}  // namespace cimarron
