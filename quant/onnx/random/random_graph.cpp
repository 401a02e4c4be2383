// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/random/random_graph.h"

#include "common/rng.h"
#include "quant/onnx/quantizers/quantize_node.h"
#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/shapes.h"

#include <algorithm>
#include <cmath>

namespace cimarron::foreign {

namespace {

constexpr int kOuterBits = 8;
// Of a layer's values, when its inputs are of the order of one: rows weights of 1 / sqrt(rows)
// each.
constexpr double kSpread = 1.5;

bool is_layer(const Node& node) {
    return is_standard(node, "Conv") || is_standard(node, "Gemm");
}

Tensor random_weights(Rng& rng, const Dims& dims, bool binary) {
    const auto count = static_cast<std::size_t>(element_count(dims));
    const double rows =
        static_cast<double>(count) / static_cast<double>(std::max<std::int64_t>(1, dims[0]));
    Lattice lattice{std::vector<double>(count), {1 / std::sqrt(rows)}, {0}};
    if (!binary) lattice.step = {std::sqrt(3.0) / (127 * std::sqrt(rows))};
    for (double& code : lattice.codes)
        code = binary ? (rng.coin(0.5) ? 1 : -1) : rng.uniform_int(-127, 127);
    return quantized(ElementType::float32, dims, std::move(lattice));
}

class Randomizer {
public:
    Randomizer(Graph& graph, int bits, std::uint64_t seed, Changes& changes)
        : graph_(graph), bits_(bits), rng_(seed), changes_(changes) {}

    void run() {
        drop_unknown_factors();
        std::vector<std::size_t> layers;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (is_layer(graph_.nodes[i])) layers.push_back(i);
        std::vector<Node> nodes = std::move(graph_.nodes);
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const bool outer = !layers.empty() && (i == layers.front() || i == layers.back());
            if (is_layer(nodes[i])) fill_weights(nodes[i], outer);
            if (is_layer(nodes[i]) || is_standard(nodes[i], "AveragePool"))
                quantize_input(nodes[i], outer ? kOuterBits : bits_);
            remember(nodes[i]);
            result_.push_back(std::move(nodes[i]));
        }
        graph_.nodes = std::move(result_);
        sort_nodes(graph_);
        infer_shapes(graph_);
    }

private:
    // Batch norms and biases without values change no cycle.
    void drop_unknown_factors() {
        std::map<std::string, std::string> same;
        for (const Node& node : graph_.nodes) {
            if (!is_own(node, "Affine")) continue;
            for (std::size_t i : {1U, 2U})
                if (const Tensor* t = constant_input(graph_, node, i); t && !t->has_values())
                    same[node.outputs[0]] = node.inputs[0];
        }
        redirect(graph_, same);
        sort_nodes(graph_);
        infer_shapes(graph_);
    }

    void fill_weights(Node& node, bool outer) {
        const Tensor* weights = constant_input(graph_, node, 1);
        if (weights == nullptr) fail(node, "its weights must be constant");
        if (weights->has_values() && weights->lattice) return;
        const std::string name = fresh_name(graph_, node.inputs[1]);
        graph_.constants[name] = random_weights(rng_, weights->dims, !outer);
        node.inputs[1] = name;
        changes_.note("random", outer ? "8-bit weights drawn for a layer"
                                      : "binary weights drawn for a layer");
    }

    // Whole numbers, or a constant factor of them, pooled or reshaped.
    void remember(const Node& node) {
        const bool keeps = is_own(node, "Affine") || is_own(node, "Clip") ||
                           is_standard(node, "MaxPool") || is_standard(node, "Reshape");
        if (is_own(node, "Quantize") || (keeps && coded_.count(node.inputs[0]) != 0))
            coded_.insert(node.outputs[0]);
    }

    void quantize_input(Node& node, int bits) {
        const std::string from = node.inputs[0];
        if (coded_.count(from) != 0) return;
        const auto known = quantized_.find({from, bits});
        if (known != quantized_.end()) {
            node.inputs[0] = known->second;
            return;
        }
        const bool image = from == graph_.input.name;
        const Dims dims = *input_dims(graph_, node, 0);
        const double top = std::exp2(image ? kOuterBits : bits) - 1;
        const double step = static_cast<double>(static_cast<float>((image ? 1 : kSpread) / top));
        Emitter emit(graph_, result_, node);
        const std::string codes =
            emit_quantize(emit, from, {scalar(step), scalar(0), 0, top, Rounding::half_even}, dims);
        result_.back().name += ".input";
        const std::string values = emit.affine(codes, scalar(step), scalar(0), dims);
        quantized_[{from, bits}] = values;
        coded_.insert(values);
        node.inputs[0] = values;
        changes_.note("random", "a quantizer in front of a layer that has none");
    }

    Graph& graph_;
    const int bits_;
    Rng rng_;
    Changes& changes_;
    std::vector<Node> result_;
    std::set<std::string> coded_;
    std::map<std::pair<std::string, int>, std::string> quantized_;
};

}  // namespace

void randomize(Graph& graph, int activation_bits, std::uint64_t seed, Changes& changes) {
    Randomizer(graph, activation_bits, seed, changes).run();
}

}  // namespace cimarron::foreign
