// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers/reorder.h"

#include "quant/onnx/quantizers/quantize_node.h"
#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/no_ops.h"
#include "quant/onnx/simplify/shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron::foreign {

namespace {

// A quotient of floats as the float that it was in the file, where rounding alone is between them.
double as_in_file(double value) {
    const auto single = static_cast<double>(static_cast<float>(value));
    return std::abs(single - value) <= 4e-16 * std::abs(value) ? single : value;
}

bool is_float(double value) {
    return static_cast<double>(static_cast<float>(value)) == value;
}

// The only reader of each tensor that has one.
std::map<std::string, std::size_t> only_readers(const Graph& graph) {
    const auto count = count_readers(graph);
    std::map<std::string, std::size_t> readers;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        for (const std::string& input : graph.nodes[i].inputs)
            if (count.at(input) == 1) readers[input] = i;
    return readers;
}

// Affine by one positive number whose inverse is a float -> Quantize: a step.
bool join_factor(Graph& graph, const Node& affine, Node& quantize) {
    const Tensor* gain = constant_input(graph, affine, 1);
    const Tensor* offset = constant_input(graph, affine, 2);
    if (gain == nullptr || offset == nullptr || gain->size() != 1 || offset->size() != 1 ||
        !(gain->values[0] > 0))
        return false;
    QuantizeParameters q = quantize_parameters(graph, quantize);
    if (q.step.size() != 1 || q.rounding == Rounding::bipolar) return false;
    const double step = as_in_file(q.step.values[0] / gain->values[0]);
    if (!is_float(step)) return false;
    const double zero = offset->values[0] / q.step.values[0];
    const std::string steps = fresh_name(graph, "step");
    const std::string zeros = fresh_name(graph, "zero");
    graph.constants[steps] = scalar(step);
    graph.constants[zeros] = unary(q.zero, [zero](double z) { return z + zero; });
    quantize.inputs = {affine.inputs[0], steps, zeros};
    return true;
}

// Whole numbers made whole once more, within a range.
bool join_range(const Graph& graph, Node& quantize, const Node& again) {
    const QuantizeParameters q = quantize_parameters(graph, again);
    const bool whole = q.step.size() == 1 && q.step.values[0] == 1 && q.zero.size() == 1 &&
                       q.zero.values[0] == 0 && q.rounding != Rounding::bipolar;
    if (!whole ||
        int_attribute(quantize, "rounding", 0) == static_cast<std::int64_t>(Rounding::bipolar))
        return false;
    set_range(quantize, std::clamp(float_attribute(quantize, "low", 0), q.low, q.high),
              std::clamp(float_attribute(quantize, "high", 0), q.low, q.high));
    return true;
}

// Quantize -> Clip at whole numbers: a range.
bool join_clip(Node& quantize, const Node& clip) {
    const double low = float_attribute(clip, "low", 0);
    const double high = float_attribute(clip, "high", 0);
    const auto whole = [](double v) { return std::isinf(v) || v == std::floor(v); };
    const bool sign =
        int_attribute(quantize, "rounding", 0) == static_cast<std::int64_t>(Rounding::bipolar);
    if (!whole(low) || !whole(high) || sign) return false;
    const double least = float_attribute(quantize, "low", 0);
    const double most = float_attribute(quantize, "high", 0);
    set_range(quantize, std::clamp(least, low, high), std::clamp(most, low, high));
    return true;
}

bool join_neighbours(Graph& graph, Changes& changes) {
    bool changed = false;
    const auto readers = only_readers(graph);
    std::map<std::string, std::string> same;
    std::vector<bool> gone(graph.nodes.size());
    std::set<std::string> codes;  // whose factors are their scale, no later quantizer's
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        Node& node = graph.nodes[i];
        const bool moves = is_standard(node, "MaxPool") || is_standard(node, "Reshape");
        if (is_own(node, "Quantize") || (moves && codes.count(node.inputs[0]) != 0))
            codes.insert(node.outputs[0]);
        const auto reader = readers.find(node.outputs.empty() ? "" : node.outputs[0]);
        if (gone[i] || reader == readers.end() || gone[reader->second]) continue;
        Node& next = graph.nodes[reader->second];
        if (is_own(node, "Affine") && is_own(next, "Quantize") &&
            codes.count(node.inputs[0]) == 0 && join_factor(graph, node, next)) {
            gone[i] = changed = true;
            changes.note("quantizers", "a factor is the quantizer's step");
        } else if (is_own(node, "Quantize") && is_own(next, "Clip") && join_clip(node, next)) {
            same[next.outputs[0]] = node.outputs[0];
            gone[reader->second] = changed = true;
            changes.note("quantizers", "a Clip is the quantizer's range");
        } else if (is_own(node, "Quantize") && is_own(next, "Quantize") &&
                   join_range(graph, node, next)) {
            same[next.outputs[0]] = node.outputs[0];
            gone[reader->second] = changed = true;
            changes.note("quantizers", "whole numbers stay whole");
        }
    }
    redirect(graph, same);
    if (changed) {
        sort_nodes(graph);
        infer_shapes(graph);
    }
    return changed;
}

bool all_positive(const Graph& graph, const Node& node) {
    const Tensor* gain = constant_input(graph, node, 1);
    return gain != nullptr && gain->has_values() &&
           std::all_of(gain->values.begin(), gain->values.end(), [](double v) { return v > 0; });
}

// Element by element and never falling.
bool keeps_order(const Graph& graph, const Node& node) {
    return (is_own(node, "Affine") && all_positive(graph, node)) || is_own(node, "Clip") ||
           is_own(node, "Quantize") || is_standard(node, "LeakyRelu");
}

// The same parameters for every element.
bool is_uniform(const Graph& graph, const Node& node) {
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        const Tensor* constant = constant_input(graph, node, i);
        if (constant == nullptr || constant->size() != 1) return false;
    }
    return true;
}

// A pooling or Reshape and what works on each element behind it change places. The outputs' names
// stay with the places, so that other readers of the pooling keep it.
bool sink_movers(Graph& graph) {
    const auto made_by = producers(graph);
    bool changed = false;
    std::vector<Node> result;
    std::map<std::string, Node> movers;
    for (Node& node : graph.nodes) {
        const auto mover = movers.find(input_of(node, 0));
        const bool swaps = mover != movers.end() && keeps_order(graph, node) &&
                           (is_standard(mover->second, "MaxPool") || is_uniform(graph, node));
        if (!swaps) {
            const bool zeros = int_attribute(node, "pads_are_zeros", 0) != 0;
            if ((is_standard(node, "MaxPool") && !zeros) || is_standard(node, "Reshape"))
                movers[node.outputs[0]] = node;
            result.push_back(std::move(node));
            continue;
        }
        Node moved = mover->second;
        Node first = std::move(node);
        const std::string inner = fresh_name(graph, first.outputs[0]);
        moved.outputs = first.outputs;
        first.inputs[0] = moved.inputs[0];
        first.outputs = {inner};
        moved.inputs[0] = inner;
        movers[moved.outputs[0]] = moved;
        result.push_back(std::move(first));
        result.push_back(std::move(moved));
        changed = true;
    }
    graph.nodes = std::move(result);
    if (changed) {
        sort_nodes(graph);
        infer_shapes(graph);
    }
    return changed;
}

// What tells nodes of ours apart: operator, numbers, and what they read.
std::string identity(const Graph& graph, const Node& node) {
    std::string key = node.domain + ":" + node.op;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const Tensor* constant = constant_input(graph, node, i);
        key += "|";
        if (constant == nullptr)
            key += node.inputs[i];
        else
            for (double v : constant->values) key += fmt::format(",{}", v);
    }
    for (const auto& [name, value] : node.attributes) {
        key += "|" + name;
        if (const auto* number = std::get_if<double>(&value)) key += fmt::format("={}", *number);
        if (const auto* number = std::get_if<std::int64_t>(&value))
            key += fmt::format("={}", *number);
        if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) key += text(*list);
    }
    return key;
}

// The same quantizer of the same tensor, once for each of its readers, is one.
bool merge_twins(Graph& graph, Changes& changes) {
    std::map<std::string, std::string> first;
    std::map<std::string, std::string> same;
    for (Node& node : graph.nodes) {
        for (std::string& input : node.inputs)
            if (const auto found = same.find(input); found != same.end()) input = found->second;
        if (node.domain != kOwnDomain && !is_standard(node, "MaxPool") &&
            !is_standard(node, "Reshape"))
            continue;
        const auto [found, is_new] = first.emplace(identity(graph, node), node.outputs[0]);
        if (!is_new) same[node.outputs[0]] = found->second;
    }
    if (same.empty()) return false;
    changes.note("quantizers", "equal ones of one tensor are one", static_cast<int>(same.size()));
    redirect(graph, same);
    sort_nodes(graph);
    infer_shapes(graph);
    return true;
}

}  // namespace

void reorder_quantizers(Graph& graph, Changes& changes) {
    constexpr int kMostRounds = 2000;
    for (int round = 0; round < kMostRounds; ++round) {
        bool changed = merge_twins(graph, changes);
        changed = join_neighbours(graph, changes) || changed;
        changed = sink_movers(graph) || changed;
        changed = remove_no_ops(graph, changes) || changed;
        infer_shapes(graph);
        if (!changed) return;
    }
}

}  // namespace cimarron::foreign
