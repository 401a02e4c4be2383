// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers/forms.h"
#include "quant/onnx/quantizers/quantize_node.h"
#include "quant/onnx/simplify/channels.h"
#include "quant/onnx/simplify/elementwise.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron::foreign {

namespace {

constexpr double kInfinity = HUGE_VAL;

// A number that PULP stores as an attribute tensor, a float or an integer.
double attribute_number(const Node& node, const char* name) {
    const auto found = node.attributes.find(name);
    if (found == node.attributes.end()) fail(node, fmt::format("attribute {} is missing", name));
    if (const auto* tensor = std::get_if<Tensor>(&found->second); tensor && tensor->size() == 1)
        return tensor->values[0];
    if (const auto* value = std::get_if<double>(&found->second)) return *value;
    if (const auto* value = std::get_if<std::int64_t>(&found->second))
        return static_cast<double>(*value);
    fail(node, fmt::format("attribute {} must be one number", name));
}

// floor((x mul + add + div / 2) / div), clipped: half up of (x mul + add) / div.
void requant_shift(Graph& graph, const Node& node, Emitter& emit, const Dims& dims) {
    const double div = attribute_number(node, "div");
    const double levels = attribute_number(node, "n_levels_out");
    const bool is_signed = attribute_number(node, "signed") != 0;
    if (!(div > 0) || !(levels >= 2) || levels != std::floor(levels))
        fail(node, "its divisor and number of levels must be positive");
    const auto read = [&](std::size_t i, const char* what) {
        const auto value = per_channel(required_constant(graph, node, i, what), dims);
        if (!value) fail(node, fmt::format("{} must be one number for each channel", what));
        return unary(*value, [div](double v) { return v / div; });
    };
    const std::string x =
        emit.affine(node.inputs[0], read(1, "its factor"), read(2, "its summand"), dims);
    const double low = is_signed ? -std::floor(levels / 2) : 0;
    emit.finish(emit_quantize(
        emit, x, {scalar(1), scalar(0), low, low + levels - 1, Rounding::half_up}, dims));
}

// Sign(Sign(x) + a) with 0 < a < 1, as larq writes it: +1 for x >= 0, else -1.
bool replace_sign(Graph& graph, const Node& node, const std::map<std::string, Node>& by_output,
                  Emitter& emit, const Dims& dims) {
    const auto affine = by_output.find(node.inputs[0]);
    if (affine == by_output.end() || !is_own(affine->second, "Affine")) return false;
    const Tensor* gain = constant_input(graph, affine->second, 1);
    const Tensor* offset = constant_input(graph, affine->second, 2);
    const auto inner = by_output.find(affine->second.inputs[0]);
    if (inner == by_output.end() || !is_standard(inner->second, "Sign") || gain->size() != 1 ||
        offset->size() != 1 || !(offset->values[0] > 0 && offset->values[0] < gain->values[0]))
        return false;
    emit.finish(emit_quantize(emit, inner->second.inputs[0],
                              {scalar(1), scalar(0), -1, 1, Rounding::bipolar}, dims));
    return true;
}

// Where(x >= c, a, b): a sign with two values of its own.
bool replace_where(Graph& graph, const Node& node, const std::map<std::string, Node>& by_output,
                   Emitter& emit, const Dims& dims) {
    const auto compare = by_output.find(node.inputs[0]);
    const Tensor* a = constant_input(graph, node, 1);
    const Tensor* b = constant_input(graph, node, 2);
    if (compare == by_output.end() || a == nullptr || b == nullptr) return false;
    const Node& c = compare->second;
    const bool greater = is_standard(c, "Greater") || is_standard(c, "GreaterOrEqual");
    const bool equal = is_standard(c, "GreaterOrEqual") || is_standard(c, "LessOrEqual");
    if (!greater && !is_standard(c, "Less") && !is_standard(c, "LessOrEqual")) return false;
    const Tensor* bound = constant_input(graph, c, 1);
    if (bound == nullptr || constant_input(graph, c, 0) != nullptr) return false;
    const auto limit = per_channel(*bound, dims);
    const auto yes = per_channel(*a, dims);
    const auto no = per_channel(*b, dims);
    if (!limit || !yes || !no) return false;
    // x >= c and x < c: the sign of x - c; x <= c and x > c: that of c - x.
    const double side = greater == equal ? 1 : -1;
    const std::string x = emit.affine(c.inputs[0], scalar(side),
                                      unary(*limit, [&](double v) { return -side * v; }), dims);
    const std::string sign =
        emit_quantize(emit, x, {scalar(1), scalar(0), -1, 1, Rounding::bipolar}, dims);
    const double positive = equal ? 1 : -1;  // the condition holds where the sign is +1
    const auto half = [&](double p, double q) { return positive * (p - q) / 2; };
    const auto middle = [](double p, double q) { return (p + q) / 2; };
    emit.finish(
        emit.affine(sign, binary(node, *yes, *no, half), binary(node, *yes, *no, middle), dims));
    return true;
}

}  // namespace

bool replace_rounding(Graph& graph, const Node& node, const std::map<std::string, Node>& by_output,
                      Emitter& emit) {
    const Dims dims = graph.shapes.at(node.outputs[0]);
    const auto whole = [&](Rounding rounding) {
        emit.finish(emit_quantize(emit, node.inputs[0],
                                  {scalar(1), scalar(0), -kInfinity, kInfinity, rounding}, dims));
        return true;
    };
    if (is_standard(node, "Round")) return whole(Rounding::half_even);
    if (is_standard(node, "Floor")) return whole(Rounding::floor);
    if (is_standard(node, "Ceil")) return whole(Rounding::ceil);
    if (is_standard(node, "Cast")) return whole(Rounding::truncate);
    if (is_standard(node, "Sign")) return replace_sign(graph, node, by_output, emit, dims);
    if (is_standard(node, "Where")) return replace_where(graph, node, by_output, emit, dims);
    if (node.op != "RequantShift") return false;
    requant_shift(graph, node, emit, dims);
    graph.integers_only = true;
    return true;
}

}  // namespace cimarron::foreign
