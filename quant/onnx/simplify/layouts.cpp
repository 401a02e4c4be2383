// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/layouts.h"

#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/quantizer_ops.h"
#include "quant/onnx/simplify/reductions.h"
#include "quant/onnx/simplify/shapes.h"
#include "quant/onnx/simplify/views.h"

#include <algorithm>
#include <numeric>

namespace cimarron::foreign {

namespace {

using Perm = std::vector<std::size_t>;

bool is_elementwise(const Node& node) {
    if (is_qonnx_quant(node) || is_qonnx(node, "BipolarQuant") || is_qonnx(node, "Trunc"))
        return true;
    for (const char* op :
         {"Relu", "LeakyRelu", "PRelu", "Clip", "Round", "Floor", "Ceil", "Sign", "Neg", "Add", "Sub", "Mul",
          "Div", "Min", "Max", "Cast", "QuantizeLinear", "DequantizeLinear", "Where", "Greater",
          "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Sum"})
        if (is_standard(node, op)) return true;
    return is_own(node, "Affine") || is_own(node, "Clip") || is_own(node, "Quantize");
}

// A constant that broadcasts against [dims] permuted, as one that does against dims itself.
Tensor unpermuted(const Tensor& tensor, const Perm& perm) {
    if (tensor.size() == 1 || tensor.dims.size() > perm.size()) return tensor;
    Dims dims = tensor.dims;
    dims.insert(dims.begin(), perm.size() - dims.size(), 1);
    Dims back(perm.size());
    for (std::size_t i = 0; i < perm.size(); ++i) back[perm[i]] = dims[i];
    const Dims strides = strides_of(dims);
    Dims moved_strides(perm.size());
    for (std::size_t i = 0; i < perm.size(); ++i) moved_strides[perm[i]] = strides[i];
    std::vector<std::int64_t> sources;
    Dims position(back.size(), 0);
    for (std::int64_t k = 0; k < element_count(back); ++k) {
        sources.push_back(std::inner_product(position.begin(), position.end(),
                                             moved_strides.begin(), std::int64_t{0}));
        for (std::size_t axis = back.size(); axis-- > 0;) {
            if (++position[axis] < back[axis]) break;
            position[axis] = 0;
        }
    }
    return moved(tensor, back, sources);
}

// What a node moves: axes, or the features of [1, K].
struct Move {
    std::string from;
    Dims in;  // shape of `from`
    Perm perm;                            // of axes; {} for features
    std::vector<std::int64_t> features;   // new feature k is old features[k]
};

std::optional<Move> move_of(const Graph& graph, const Node& node) {
    const Dims* in = input_dims(graph, node, 0);
    if (in == nullptr) return std::nullopt;
    if (is_standard(node, "Transpose"))
        return Move{node.inputs[0], *in, permutation(node, in->size()), {}};
    if (!is_standard(node, "Gather") || in->size() != 2) return std::nullopt;
    const Tensor* indices = constant_input(graph, node, 1);
    if (indices == nullptr || indices->dims.size() != 1 || indices->dims[0] != (*in)[1] ||
        checked_axis(node, int_attribute(node, "axis", 0), 2) != 1)
        return std::nullopt;
    Move move{node.inputs[0], *in, {}, view_sources(graph, node, *in)};
    Dims sorted = move.features;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        if (sorted[i] != static_cast<std::int64_t>(i)) return std::nullopt;
    return move;
}

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
            if (behind == nullptr || !(is_move ? merge(node, *behind) : sink(node, moves, *behind, result))) {
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
        const bool has_axis = is_standard(node, "QuantizeLinear") || is_standard(node, "DequantizeLinear");
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
            const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 1), move.perm.size());
            node.attributes["axis"] = static_cast<std::int64_t>(move.perm[axis]);
        }
        finish(node, move, result);
        return true;
    }

    static Tensor moved_back(const Tensor& constant, const Move& move) {
        if (!move.perm.empty()) return unpermuted(constant, move.perm);
        if (constant.dims.back() != static_cast<std::int64_t>(move.features.size())) return constant;
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
        const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 0), move.perm.size());
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
        transpose.attributes["perm"] = std::vector<std::int64_t>(move.perm.begin(), move.perm.end());
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

// [N, H, W, C]: where a Transpose to [N, C, H, W], or a Reshape that is one (a single channel), is the
// first that looks at the sizes.
bool is_channels_last(const Graph& graph) {
    const Dims image = input_dims(graph);
    if (image.size() != 4) return false;
    std::set<std::string> elementwise{graph.input.name};
    for (const Node& node : graph.nodes) {
        const bool reads = std::any_of(node.inputs.begin(), node.inputs.end(), [&](auto& tensor) {
            return elementwise.count(tensor) != 0;
        });
        if (!reads) continue;
        if (is_standard(node, "Transpose"))
            return permutation(node, 4) == Perm{0, 3, 1, 2};
        const auto out = graph.shapes.find(node.outputs[0]);
        if (is_standard(node, "Reshape"))
            return image[3] == 1 && image[1] != 1 && out != graph.shapes.end() &&
                   out->second == Dims{1, 1, image[1], image[2]};
        if (is_elementwise(node) || is_view(node)) elementwise.insert(node.outputs[0]);
    }
    return false;
}

}  // namespace

void put_image_channels_first(Graph& graph, Changes& changes) {
    if (graph.channels_last || !is_channels_last(graph)) return;
    const Dims file = graph.input.dims;  // H, W, C
    graph.channels_last = true;
    graph.input.dims = {file[2], file[0], file[1]};
    Node transpose;
    transpose.op = "Transpose";
    transpose.attributes["perm"] = std::vector<std::int64_t>{0, 2, 3, 1};
    const std::string as_in_file = graph.input.name;
    graph.input.name = fresh_name(graph, as_in_file);
    transpose.inputs = {graph.input.name};
    transpose.outputs = {as_in_file};
    graph.nodes.insert(graph.nodes.begin(), std::move(transpose));
    infer_shapes(graph);
    changes.note("channels first", "the image [N, H, W, C] is taken as [N, C, H, W]");
}

bool sink_transposes(Graph& graph, Changes& changes) {
    return Sinking(graph, changes).run();
}

}  // namespace cimarron::foreign
