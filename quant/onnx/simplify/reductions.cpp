// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/reductions.h"

#include "quant/onnx/simplify/elementwise.h"
#include "quant/onnx/simplify/views.h"

#include <algorithm>
#include <set>

namespace cimarron::foreign {

bool is_reduction(const Node& node) {
    static const char* const kOps[] = {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin",
                                       "ReduceProd"};
    return std::any_of(std::begin(kOps), std::end(kOps),
                       [&](const char* op) { return is_standard(node, op); });
}

std::vector<std::size_t> reduced_axes(const Graph& graph, const Node& node, std::size_t rank) {
    std::set<std::size_t> axes;
    if (!input_of(node, 1).empty())
        for (double axis : required_constant(graph, node, 1, "the axes").values)
            axes.insert(checked_axis(node, static_cast<std::int64_t>(axis), rank));
    if (axes.empty() && int_attribute(node, "noop_with_empty_axes", 0) == 0)
        for (std::size_t i = 0; i < rank; ++i) axes.insert(i);
    return {axes.begin(), axes.end()};
}

Dims reduced_dims(const Graph& graph, const Node& node, const Dims& in) {
    const auto axes = reduced_axes(graph, node, in.size());
    const bool keep = int_attribute(node, "keepdims", 1) != 0;
    Dims dims;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const bool reduced = std::find(axes.begin(), axes.end(), i) != axes.end();
        if (!reduced)
            dims.push_back(in[i]);
        else if (keep)
            dims.push_back(1);
    }
    return dims;
}

Tensor reduce(const Graph& graph, const Node& node, const Tensor& x) {
    const Dims dims = reduced_dims(graph, node, x.dims);
    if (!x.has_values()) return without_values(x.type, dims, x.missing);
    Dims kept = x.dims;
    for (std::size_t axis : reduced_axes(graph, node, x.dims.size())) kept[axis] = 1;
    const auto count = static_cast<std::size_t>(element_count(dims));
    if (x.size() == 0 || count == 0) fail(node, "reduces nothing");
    const auto target = broadcast_sources(kept, x.dims);
    std::vector<double> values(count);
    std::vector<bool> seen(count);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto at = static_cast<std::size_t>(target[i]);
        double& v = values[at];
        const double next = x.values[i];
        if (!seen[at])
            v = next;
        else if (node.op == "ReduceProd")
            v *= next;
        else if (node.op == "ReduceMax")
            v = std::max(v, next);
        else if (node.op == "ReduceMin")
            v = std::min(v, next);
        else
            v += next;
        seen[at] = true;
    }
    if (node.op == "ReduceMean")
        for (double& v : values) v /= static_cast<double>(x.size() / count);
    return make_tensor(x.type, dims, std::move(values));
}

}  // namespace cimarron::foreign
