// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/import.h"

#include "common/error.h"
#include "quant/onnx/adc_metadata.h"
#include "quant/onnx/graph/emitter.h"
#include "quant/onnx/load/load.h"
#include "quant/onnx/network/builder.h"
#include "quant/onnx/onnx_io.h"
#include "quant/onnx/operators.h"
#include "quant/onnx/quantizers/integer_image.h"
#include "quant/onnx/quantizers/quantizers.h"
#include "quant/onnx/random/random_graph.h"
#include "quant/onnx/simplify/simplify.h"
#include "quant/onnx/write/write_graph.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

std::string one_line(std::string text) {
    constexpr std::size_t kMost = 199;
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    if (text.size() > kMost) text = text.substr(0, kMost - 3) + "...";
    return text;
}

// Files of our own say how their quantizers round; those of before the key rounded half up.
void apply_own_rounding(const foreign::Graph& graph, Network& network) {
    if (graph.producer != "cimarron") return;
    const auto key = graph.metadata.find("cimarron.rounding");
    if (key != graph.metadata.end() && key->second == "half_even") return;
    const auto round_half_up = [](std::optional<ActivationQuantizer>& q) {
        if (q && q->rounding == Rounding::half_even) q->rounding = Rounding::half_up;
    };
    network.input_quantizer.rounding = Rounding::half_up;
    for (Node& node : network.nodes) {
        if (auto* conv = std::get_if<ConvNode>(&node)) round_half_up(conv->activation);
        if (auto* pool = std::get_if<PoolNode>(&node)) round_half_up(pool->activation);
        if (auto* quantize = std::get_if<QuantizeNode>(&node)) round_half_up(quantize->activation);
    }
}

void import_graph(foreign::Graph graph, const ImportOptions& options, Import& result) {
    foreign::Changes changes;
    for (const foreign::Node& node : graph.nodes)
        ++result.report.operators[node.domain.empty() ? node.op : node.domain + "::" + node.op];
    result.ending = foreign::simplify(graph, changes);
    foreign::check_operators(graph);
    foreign::unify_quantizers(graph, changes);
    if (options.random) {
        foreign::randomize(graph, options.random->activation_bits, options.random->seed, changes);
        foreign::unify_quantizers(graph, changes);
    }
    result.report.unnamed_image_codes =
        foreign::quantize_integer_image(graph, options.signed_image_codes, changes);
    foreign::check_quantized(graph);
    result.network = foreign::NetworkBuilder(graph).build(result.ending);
    result.network.adc_lsb = read_adc_lsb(graph.metadata);
    apply_own_rounding(graph, result.network);
    validate(result.network);
    result.report.changes = changes.entries();
    result.graph = std::move(graph);
}

}  // namespace

Network read_onnx(const std::filesystem::path& file) {
    return import_network(file).network;
}

Import import_network(const std::filesystem::path& file, const ImportOptions& options) {
    try {
        Import result;
        import_graph(foreign::load(file), options, result);
        return result;
    } catch (const UserError& error) {
        throw UserError(fmt::format("{}: {}", file.string(), one_line(error.what())));
    }
}

Import import_shapes(const std::filesystem::path& file, int activation_bits, std::uint64_t seed) {
    ImportOptions options;
    options.random = RandomOptions{activation_bits, seed};
    return import_network(file, options);
}

void write_imported(const Import& imported, const std::filesystem::path& file) {
    foreign::write_graph(imported.graph, imported.ending, file);
}

}  // namespace cimarron
