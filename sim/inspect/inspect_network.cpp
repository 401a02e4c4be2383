// SPDX-License-Identifier: Apache-2.0
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "sim/inspect/inspect.h"
#include "sim/report/table.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

std::string text(const Shape& s) {
    return fmt::format("{}x{}x{}", s.channels, s.height, s.width);
}

std::string text(const Window& w) {
    std::string result = fmt::format("{}x{}", w.kernel_h, w.kernel_w);
    if (w.stride_h != 1 || w.stride_w != 1) result += fmt::format(" /{}", w.stride_h);
    if (w.pad_top + w.pad_left + w.pad_bottom + w.pad_right != 0)
        result += fmt::format(" pad {},{},{},{}", w.pad_top, w.pad_left, w.pad_bottom, w.pad_right);
    return result;
}

std::vector<std::string> row(const MvmLayer& l) {
    return {l.name,
            "mvm",
            text(l.input),
            text(l.output),
            text(l.window),
            std::to_string(l.input_bits),
            std::to_string(l.weight_bits),
            l.output_bits == 0 ? "logits" : std::to_string(l.output_bits),
            std::to_string(l.macs()),
            std::to_string(l.weights.size())};
}

std::vector<std::string> row(const PoolLayer& l) {
    return {l.name,
            l.kind == PoolLayer::Kind::max ? "max pool" : "average pool",
            text(l.input),
            text(l.output),
            text(l.window),
            std::to_string(l.bits),
            "-",
            std::to_string(l.output_bits),
            "-",
            "-"};
}

std::vector<std::string> row(const QuantizeLayer& l) {
    return {l.name,        "quantize",
            text(l.shape), text(l.shape),
            "-",           std::to_string(l.input_bits),
            "-",           std::to_string(l.output_bits),
            "-",           "-"};
}

}  // namespace

std::string inspect_network(const std::filesystem::path& file) {
    const IntegerNetwork network = lower(read_onnx(file));
    Table table{{"layer", "kind", "input", "output", "window", "input bits", "weight bits",
                 "output bits", "MACs", "weights"},
                {}};
    for (const Layer& layer : network.layers)
        table.rows.push_back(std::visit([](const auto& l) { return row(l); }, layer));
    return fmt::format("{}: {} input, {}-bit activations, {} classes, {} MACs an image\n\n{}",
                       network.name, text(network.input), network.activation_bits(),
                       network.classes(), network.macs(), to_text(table));
}

}  // namespace cimarron
