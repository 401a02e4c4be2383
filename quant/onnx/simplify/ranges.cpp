// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/ranges.h"

#include "quant/onnx/simplify/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace cimarron::foreign {

std::optional<std::vector<std::int64_t>> constant_integers(const Graph& graph, const Node& node,
                                                           std::size_t i) {
    if (input_of(node, i).empty()) return std::vector<std::int64_t>{};
    const Tensor* tensor = constant_input(graph, node, i);
    if (tensor == nullptr || !tensor->has_values()) return std::nullopt;
    std::vector<std::int64_t> result;
    for (double value : tensor->values)
        result.push_back(static_cast<std::int64_t>(std::clamp(value, -9e15, 9e15)));
    return result;
}

std::optional<std::vector<Range>> slice_ranges(const Graph& graph, const Node& node,
                                               const Dims& in) {
    const auto starts = constant_integers(graph, node, 1);
    const auto ends = constant_integers(graph, node, 2);
    auto axes = constant_integers(graph, node, 3);
    auto steps = constant_integers(graph, node, 4);
    if (!starts || !ends || !axes || !steps) return std::nullopt;
    std::vector<Range> ranges;
    for (std::int64_t dim : in) ranges.push_back({0, 1, dim});
    if (axes->empty()) {
        axes->resize(starts->size());
        std::iota(axes->begin(), axes->end(), 0);
    }
    if (steps->empty()) steps->assign(starts->size(), 1);
    if (ends->size() != starts->size() || axes->size() != starts->size() ||
        steps->size() != starts->size())
        fail(node, "its starts, ends, axes and steps differ in number");
    for (std::size_t i = 0; i < starts->size(); ++i) {
        const std::size_t axis = checked_axis(node, (*axes)[i], in.size());
        const std::int64_t dim = in[axis];
        const std::int64_t step = (*steps)[i];
        if (step == 0) fail(node, "has a step of 0");
        if (dim == 0) continue;
        const auto wrap = [dim](std::int64_t v) { return v < 0 ? v + dim : v; };
        const std::int64_t first = step > 0 ? 0 : -1;
        const std::int64_t last = step > 0 ? dim : dim - 1;
        const std::int64_t start =
            std::clamp<std::int64_t>(wrap((*starts)[i]), 0, step > 0 ? dim : dim - 1);
        const std::int64_t end = std::clamp<std::int64_t>(wrap((*ends)[i]), first, last);
        const std::int64_t span = step > 0 ? end - start : start - end;
        const std::int64_t size = std::abs(step);
        ranges[axis] = {start, step, span <= 0 ? 0 : (span - 1) / size + 1};
    }
    return ranges;
}

std::optional<std::vector<std::int64_t>> pads_of(const Graph& graph, const Node& node,
                                                 const Dims& in) {
    const auto given = constant_integers(graph, node, 1);
    const auto axes = constant_integers(graph, node, 3);
    if (!given || !axes) return std::nullopt;
    if (axes->empty()) {
        if (given->size() != 2 * in.size())
            fail(node, fmt::format("has {} pads for {} dimensions", given->size(), in.size()));
        return given;
    }
    std::vector<std::int64_t> pads(2 * in.size());
    if (given->size() != 2 * axes->size()) fail(node, "has pads and axes that do not fit");
    for (std::size_t i = 0; i < axes->size(); ++i) {
        const std::size_t axis = checked_axis(node, (*axes)[i], in.size());
        pads[axis] = (*given)[i];
        pads[in.size() + axis] = (*given)[axes->size() + i];
    }
    return pads;
}

}  // namespace cimarron::foreign
