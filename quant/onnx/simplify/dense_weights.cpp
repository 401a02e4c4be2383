// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/dense_weights.h"

#include "quant/onnx/simplify/elementwise.h"

#include <cmath>

namespace cimarron::foreign {

Tensor transpose(const Tensor& matrix) {
    const std::int64_t rows = matrix.dims[0];
    const std::int64_t columns = matrix.dims[1];
    std::vector<std::int64_t> sources;
    if (matrix.has_values())
        for (std::int64_t c = 0; c < columns; ++c)
            for (std::int64_t r = 0; r < rows; ++r) sources.push_back(r * columns + c);
    return moved(matrix, {columns, rows}, sources);
}

Tensor dilated(const Node& node, const Tensor& weights, const std::vector<std::int64_t>& dilation) {
    Dims dims = weights.dims;
    for (std::size_t i = 0; i < 2; ++i) dims[2 + i] = dilation[i] * (dims[2 + i] - 1) + 1;
    element_count(dims);
    if (!weights.has_values()) return without_values(weights.type, dims, weights.missing);
    std::vector<std::int64_t> sources(static_cast<std::size_t>(element_count(dims)), -1);
    const std::int64_t filters = dims[0] * dims[1];
    std::int64_t from = 0;
    for (std::int64_t f = 0; f < filters; ++f)
        for (std::int64_t y = 0; y < weights.dims[2]; ++y)
            for (std::int64_t x = 0; x < weights.dims[3]; ++x)
                sources[static_cast<std::size_t>((f * dims[2] + y * dilation[0]) * dims[3] +
                                                 x * dilation[1])] = from++;
    Tensor result = moved(weights, dims, sources);
    if (!weights.lattice) return result;
    // A zero between two elements has the step and base of its filter's first.
    Lattice lattice{{}, {}, {}};
    const std::size_t size = result.size() / static_cast<std::size_t>(filters);
    const std::size_t old_size = weights.size() / static_cast<std::size_t>(filters);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const std::size_t at =
            sources[i] < 0 ? i / size * old_size : static_cast<std::size_t>(sources[i]);
        const double step = weights.lattice->step_at(at);
        const double base = weights.lattice->base_at(at);
        const double zero = base == 0 ? 0 : std::nearbyint(-base / step);
        if (sources[i] < 0 && std::abs(zero * step + base) > 1e-9 * std::abs(step))
            fail(node, "dilates weights that have no code for zero");
        lattice.step.push_back(step);
        lattice.base.push_back(base);
        lattice.codes.push_back(sources[i] < 0 ? zero : weights.lattice->codes[at]);
    }
    result.lattice = std::make_shared<Lattice>(std::move(lattice));
    return result;
}

}  // namespace cimarron::foreign
