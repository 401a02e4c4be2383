// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <optional>

namespace cimarron::foreign {

// Operators that only move elements: Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Slice,
// Gather, Expand, Tile, Pad, and those that change nothing (Identity, Dropout, Cast between
// floats).
bool is_view(const Node& node);

// Shape of the output when the first input has the shape `in`; nothing when an input that decides
// it is not constant. UserError for what does not fit.
std::optional<Dims> view_dims(const Graph& graph, const Node& node, const Dims& in);

// For every element of the output, which one of the input it is; -1: the value that a Pad fills in.
std::vector<std::int64_t> view_sources(const Graph& graph, const Node& node, const Dims& in);

// Axis -rank..rank-1 of the attribute or value as 0..rank-1.
std::size_t checked_axis(const Node& node, std::int64_t axis, std::size_t rank);
// A Transpose's permutation, by default the reversed axes.
std::vector<std::size_t> permutation(const Node& node, std::size_t rank);
// Strides of a dense array, in elements.
Dims strides_of(const Dims& dims);

}  // namespace cimarron::foreign
