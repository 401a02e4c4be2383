// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <optional>

namespace cimarron::foreign {

// Integers that decide what a view shows; nothing when they are computed.

// Of input i; {} when it is left out.
std::optional<std::vector<std::int64_t>> constant_integers(const Graph& graph, const Node& node,
                                                           std::size_t i);

struct Range {
    std::int64_t start = 0;
    std::int64_t step = 1;
    std::int64_t count = 0;
};

// Of a Slice, one for each axis.
std::optional<std::vector<Range>> slice_ranges(const Graph& graph, const Node& node,
                                               const Dims& in);

// Of a Pad, before each axis and then behind each.
std::optional<std::vector<std::int64_t>> pads_of(const Graph& graph, const Node& node,
                                                 const Dims& in);

}  // namespace cimarron::foreign
