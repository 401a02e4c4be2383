// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <functional>

namespace cimarron::foreign {

// Shape that two shapes give together, as numpy broadcasts; UserError when they do not fit.
Dims broadcast_dims(const Node& node, const Dims& a, const Dims& b);

// Element of an array of shape `in` for each element of `out`, which it broadcasts to.
std::vector<std::int64_t> broadcast_sources(const Dims& in, const Dims& out);

// A constant as another shape that it broadcasts to.
Tensor broadcast(const Tensor& tensor, const Dims& out);

// A constant's elements, moved: element i of the result is sources[i] of the tensor's, and `fill`
// for -1.
Tensor moved(const Tensor& tensor, Dims dims, const std::vector<std::int64_t>& sources,
             double fill = 0);

Tensor unary(const Tensor& x, const std::function<double(double)>& f);
Tensor binary(const Node& node, const Tensor& x, const Tensor& y,
              const std::function<double(double, double)>& f);

// x * factor and x + summand, which stay quantized when x is.
Tensor scaled(const Node& node, const Tensor& x, const Tensor& factor);
Tensor shifted(const Node& node, const Tensor& x, const Tensor& summand);

// A constant step * code + base; steps and bases are one or as many as codes.
Tensor quantized(ElementType type, Dims dims, Lattice lattice);

}  // namespace cimarron::foreign
