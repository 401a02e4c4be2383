// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/layouts.h"

#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/moves.h"
#include "quant/onnx/simplify/reductions.h"
#include "quant/onnx/simplify/shapes.h"
#include "quant/onnx/simplify/views.h"

#include <algorithm>
#include <numeric>

namespace cimarron::foreign {

namespace {

class Sinking {
public:
    Sinking(Graph& graph, Changes& changes) : graph_(graph), changes_(changes) {}

    bool run() {
        // Each round looks at the nodes as they were: what it moves is seen again in the next.
        std::map<std::string, Move> moves;
        std::vector<Node> result;
        for (Node& node : graph_.nodes) {
            const bool is_move = [&] {
                auto move = move_of(graph_, node);
                if (move) moves[node.outputs[0]] = std::move(*move);
                return move.has_value();
            }();
            const Move* behind = first_move(moves, node);
            if (behind == nullptr ||
                !(is_move ? merge(node, *behind) : sink(node, moves, *behind, result))) {
                result.push_back(std::move(node));
                continue;
            }
            if (is_move) result.push_back(std::move(node));
            changed_ = true;
        }
        graph_.nodes = std::move(result);
        if (changed_) sort_nodes(graph_);
        return changed_;
    }

private:
    static const Move* first_move(const std::map<std::string, Move>& moves, const Node& node) {
        for (const std::string& input : node.inputs)
            if (const auto found = moves.find(input); found != moves.end()) return &found->second;
        return nullptr;
    }

    // A Transpose of a Transpose is one.
    bool merge(Node& node, const Move& first) {
        if (!is_standard(node, "Transpose") || first.perm.empty()) return false;
        const Perm second = permutation(node, first.perm.size());
        std::vector<std::int64_t> both;
        for (std::size_t axis : second) both.push_back(static_cast<std::int64_t>(first.perm[axis]));
        node.attributes["perm"] = both;
        node.inputs[0] = first.from;
        return true;
    }

    bool sink(Node& node, const std::map<std::string, Move>& moves, const Move& move,
              std::vector<Node>& result) {
        if (is_elementwise(node)) return past_elementwise(node, moves, move, result);
        if (is_standard(node, "Concat")) return past_concat(node, moves, move, result);
        if (is_reduction(node) && !move.perm.empty()) return past_reduction(node, move, result);
        if (is_standard(node, "Pad") && !move.perm.empty()) return past_pad(node, move, result);
        if (is_standard(node, "Reshape") && !move.perm.empty())
            return into_flatten(node, move, result);
        if (!move.features.empty() && (is_standard(node, "Gemm") || is_standard(node, "MatMul")))
            return into_weights(node, move, result);
        return false;
    }

    // The same move of every computed input; constants are moved back.
    bool past_elementwise(Node& node, const std::map<std::string, Move>& moves, const Move& move,
                          std::vector<Node>& result) {
        const bool has_axis =
            is_standard(node, "QuantizeLinear") || is_standard(node, "DequantizeLinear");
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const std::string& input = node.inputs[i];
            if (input.empty()) continue;
            if (const Tensor* constant = constant_input(graph_, node, i)) {
                const bool many = constant->size() > 1 || !constant->has_values();
                if (many && (constant->dims.size() > move.in.size() ||
                             (has_axis && constant->dims.size() != 1)))
                    return false;
                continue;
            }
            const auto other = moves.find(input);
            if (other == moves.end() || other->second.perm != move.perm ||
                other->second.features != move.features)
                return false;
        }
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            std::string& input = node.inputs[i];
            if (const Tensor* constant = constant_input(graph_, node, i)) {
                if (constant->size() <= 1 || (has_axis && !move.perm.empty())) continue;
                const std::string name = fresh_name(graph_, input);
                graph_.constants[name] = moved_back(*constant, move);
                input = name;
            } else if (!input.empty()) {
                input = moves.at(input).from;
            }
        }
        if (has_axis && !move.perm.empty()) {
            const std::size_t axis =
                checked_axis(node, int_attribute(node, "axis", 1), move.perm.size());
            node.attributes["axis"] = static_cast<std::int64_t>(move.perm[axis]);
        }
        finish(node, move, result);
        return true;
    }

    static Tensor moved_back(const Tensor& constant, const Move& move) {
        if (!move.perm.empty()) return unpermuted(constant, move.perm);
        if (constant.dims.back() != static_cast<std::int64_t>(move.features.size()))
            return constant;
        std::vector<std::int64_t> sources(move.features.size());
        for (std::size_t k = 0; k < sources.size(); ++k)
            sources[static_cast<std::size_t>(move.features[k])] = static_cast<std::int64_t>(k);
        return moved(constant, constant.dims, sources);
    }

    bool past_concat(Node& node, const std::map<std::string, Move>& moves, const Move& move,
                     std::vector<Node>& result) {
        if (move.perm.empty()) return false;
        for (const std::string& input : node.inputs) {
            const auto other = moves.find(input);
            if (other == moves.end() || other->second.perm != move.perm) return false;
        }
        const std::size_t axis =
            checked_axis(node, int_attribute(node, "axis", 0), move.perm.size());
        node.attributes["axis"] = static_cast<std::int64_t>(move.perm[axis]);
        for (std::string& input : node.inputs) input = moves.at(input).from;
        finish(node, move, result);
        return true;
    }

    bool past_reduction(Node& node, const Move& move, std::vector<Node>& result) {
        std::vector<std::int64_t> axes;
        for (std::size_t axis : reduced_axes(graph_, node, move.perm.size()))
            axes.push_back(static_cast<std::int64_t>(move.perm[axis]));
        const bool keeps = int_attribute(node, "keepdims", 1) != 0;
        Perm rest;
        for (std::size_t axis : move.perm)
            if (std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(axis)) == axes.end())
                rest.push_back(axis);
        if (!keeps && !std::is_sorted(rest.begin(), rest.end())) return false;
        const std::string name = fresh_name(graph_, "axes");
        graph_.constants[name] = integers(axes);
        node.inputs = {move.from, name};
        if (keeps)
            finish(node, move, result);
        else
            result.push_back(std::move(node));
        return true;
    }

    bool past_pad(Node& node, const Move& move, std::vector<Node>& result) {
        const Tensor* pads = constant_input(graph_, node, 1);
        const std::size_t rank = move.perm.size();
        if (pads == nullptr || pads->size() != 2 * rank || !input_of(node, 3).empty()) return false;
        Tensor back = *pads;
        for (std::size_t i = 0; i < rank; ++i) {
            back.values[move.perm[i]] = pads->values[i];
            back.values[rank + move.perm[i]] = pads->values[rank + i];
        }
        const std::string name = fresh_name(graph_, "pads");
        graph_.constants[name] = std::move(back);
        node.inputs[1] = name;
        node.inputs[0] = move.from;
        finish(node, move, result);
        return true;
    }

    // Behind a Transpose, [1, K] has its features in another order than a flattened [1, C, H, W].
    bool into_flatten(Node& node, const Move& move, std::vector<Node>& result) {
        const auto out = graph_.shapes.find(node.outputs[0]);
        if (out == graph_.shapes.end() || out->second.size() != 2 || out->second[0] != 1 ||
            move.in[0] != 1)
            return false;
        Tensor order = make_tensor(ElementType::int64, {out->second[1]}, {});
        Node transpose;
        transpose.op = "Transpose";
        transpose.attributes["perm"] =
            std::vector<std::int64_t>(move.perm.begin(), move.perm.end());
        for (std::int64_t source : view_sources(graph_, transpose, move.in))
            order.values.push_back(static_cast<double>(source));
        const std::string indices = fresh_name(graph_, "order");
        graph_.constants[indices] = std::move(order);
        Node gather;
        gather.op = "Gather";
        gather.name = node.name;
        gather.attributes["axis"] = std::int64_t{1};
        const std::string flat = fresh_name(graph_, node.outputs[0]);
        gather.inputs = {flat, indices};
        gather.outputs = node.outputs;
        node.outputs = {flat};
        node.inputs[0] = move.from;
        changes_.note("channels first", "flattening behind a Transpose");
        result.push_back(std::move(node));
        result.push_back(std::move(gather));
        return true;
    }

    bool into_weights(Node& node, const Move& move, std::vector<Node>& result) {
        const Tensor* weights = constant_input(graph_, node, 1);
        if (weights == nullptr || weights->dims.size() != 2 ||
            (is_standard(node, "Gemm") && int_attribute(node, "transA", 0) != 0))
            return false;
        const bool transposed = is_standard(node, "Gemm") && int_attribute(node, "transB", 0) != 0;
        const std::int64_t rows = weights->dims[0];
        const std::int64_t columns = weights->dims[1];
        if ((transposed ? columns : rows) != static_cast<std::int64_t>(move.features.size()))
            return false;
        std::vector<std::int64_t> to(move.features.size());
        for (std::size_t k = 0; k < to.size(); ++k)
            to[static_cast<std::size_t>(move.features[k])] = static_cast<std::int64_t>(k);
        std::vector<std::int64_t> sources;
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c)
                sources.push_back(transposed ? r * columns + to[static_cast<std::size_t>(c)]
                                             : to[static_cast<std::size_t>(r)] * columns + c);
        const std::string name = fresh_name(graph_, node.inputs[1]);
        graph_.constants[name] = moved(*weights, weights->dims, sources);
        node.inputs[1] = name;
        node.inputs[0] = move.from;
        changes_.note("channels first", "order of a dense layer's weights");
        result.push_back(std::move(node));
        return true;
    }

    // The node now works on what the move reads; the move comes behind it.
    void finish(Node& node, const Move& move, std::vector<Node>& result) {
        Node behind;
        behind.name = node.name;
        const std::string inner = fresh_name(graph_, node.outputs[0]);
        behind.outputs = {node.outputs[0]};
        node.outputs[0] = inner;
        if (!move.perm.empty()) {
            behind.op = "Transpose";
            behind.inputs = {inner};
            behind.attributes["perm"] =
                std::vector<std::int64_t>(move.perm.begin(), move.perm.end());
        } else {
            behind.op = "Gather";
            const std::string order = fresh_name(graph_, "order");
            graph_.constants[order] = integers(move.features);
            behind.inputs = {inner, order};
            behind.attributes["axis"] = std::int64_t{1};
        }
        changes_.note("channels first", "Transpose moved behind " + node.op);
        result.push_back(std::move(node));
        result.push_back(std::move(behind));
    }

    Graph& graph_;
    Changes& changes_;
    bool changed_ = false;
};

}  // namespace

bool sink_transposes(Graph& graph, Changes& changes) {
    return Sinking(graph, changes).run();
}

}  // namespace cimarron::foreign
