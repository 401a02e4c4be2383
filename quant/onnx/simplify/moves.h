// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <optional>

namespace cimarron::foreign {

using Perm = std::vector<std::size_t>;

// What a node moves: axes, or the features of [1, K].
struct Move {
    std::string from;
    Dims in;                             // shape of `from`
    Perm perm;                           // of axes; {} for features
    std::vector<std::int64_t> features;  // new feature k is old features[k]
};

// Of a Transpose, or of a Gather that permutes the features of [1, K].
std::optional<Move> move_of(const Graph& graph, const Node& node);

// Operators that work on each element alone, perhaps with constants.
bool is_elementwise(const Node& node);

// A constant that broadcasts against [dims] permuted, as one that does against dims itself.
Tensor unpermuted(const Tensor& tensor, const Perm& perm);

}  // namespace cimarron::foreign
