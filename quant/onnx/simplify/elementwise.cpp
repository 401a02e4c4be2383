// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/elementwise.h"

#include "quant/onnx/simplify/views.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

namespace {

// One value for all, or one for each, as one for each of `sources`.
std::vector<double> gathered(const std::vector<double>& values,
                             const std::vector<std::int64_t>& sources, double fill) {
    std::vector<double> result;
    result.reserve(sources.size());
    for (std::int64_t source : sources)
        result.push_back(source < 0 ? fill : values[static_cast<std::size_t>(source)]);
    return result;
}

std::vector<double> moved_parameter(const std::vector<double>& values,
                                    const std::vector<std::int64_t>& sources) {
    return values.size() == 1 ? values : gathered(values, sources, values.front());
}

const std::string& why_missing(const Tensor& x, const Tensor& y) {
    return x.has_values() ? y.missing : x.missing;
}

}  // namespace

Dims broadcast_dims(const Node& node, const Dims& a, const Dims& b) {
    Dims dims(std::max(a.size(), b.size()), 1);
    const auto put = [&](const Dims& in) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            std::int64_t& dim = dims[dims.size() - in.size() + i];
            if (in[i] == 1) continue;
            if (dim != 1 && dim != in[i])
                fail(node, fmt::format("joins the shapes {} and {}", text(a), text(b)));
            dim = in[i];
        }
    };
    put(a);
    put(b);
    return dims;
}

std::vector<std::int64_t> broadcast_sources(const Dims& in, const Dims& out) {
    const std::int64_t count = element_count(out);
    const Dims dense = strides_of(in);
    Dims strides(out.size(), 0);
    for (std::size_t i = 0; i < in.size(); ++i)
        if (in[i] != 1) strides[out.size() - in.size() + i] = dense[i];
    std::vector<std::int64_t> sources;
    sources.reserve(static_cast<std::size_t>(count));
    Dims position(out.size(), 0);
    std::int64_t source = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        sources.push_back(source);
        for (std::size_t axis = out.size(); axis-- > 0;) {
            source += strides[axis];
            if (++position[axis] < out[axis]) break;
            source -= strides[axis] * out[axis];
            position[axis] = 0;
        }
    }
    return sources;
}

Tensor moved(const Tensor& tensor, Dims dims, const std::vector<std::int64_t>& sources,
             double fill) {
    if (!tensor.has_values()) return without_values(tensor.type, std::move(dims), tensor.missing);
    Tensor result =
        make_tensor(tensor.type, std::move(dims), gathered(tensor.values, sources, fill));
    const bool fills = std::find(sources.begin(), sources.end(), -1) != sources.end();
    if (!tensor.lattice || fills) return result;
    auto lattice = std::make_shared<Lattice>();
    lattice->codes = gathered(tensor.lattice->codes, sources, 0);
    lattice->step = moved_parameter(tensor.lattice->step, sources);
    lattice->base = moved_parameter(tensor.lattice->base, sources);
    lattice->bits = tensor.lattice->bits;
    result.lattice = std::move(lattice);
    return result;
}

Tensor broadcast(const Tensor& tensor, const Dims& out) {
    if (tensor.dims == out) return tensor;
    return moved(
        tensor, out,
        tensor.has_values() ? broadcast_sources(tensor.dims, out) : std::vector<std::int64_t>{});
}

Tensor unary(const Tensor& x, const std::function<double(double)>& f) {
    Tensor result = make_tensor(x.type, x.dims, {});
    result.missing = x.missing;
    result.values.resize(x.values.size());
    std::transform(x.values.begin(), x.values.end(), result.values.begin(), f);
    return result;
}

Tensor binary(const Node& node, const Tensor& x, const Tensor& y,
              const std::function<double(double, double)>& f) {
    const Dims dims = broadcast_dims(node, x.dims, y.dims);
    if (!x.has_values() || !y.has_values()) return without_values(x.type, dims, why_missing(x, y));
    const Tensor a = broadcast(x, dims);
    const Tensor b = broadcast(y, dims);
    Tensor result = make_tensor(x.type, dims, std::vector<double>(a.size()));
    std::transform(a.values.begin(), a.values.end(), b.values.begin(), result.values.begin(), f);
    return result;
}

Tensor quantized(ElementType type, Dims dims, Lattice lattice) {
    Tensor tensor = make_tensor(type, std::move(dims), std::vector<double>(lattice.codes.size()));
    for (std::size_t i = 0; i < tensor.size(); ++i) tensor.values[i] = lattice.value_at(i);
    tensor.lattice = std::make_shared<Lattice>(std::move(lattice));
    return tensor;
}

Tensor scaled(const Node& node, const Tensor& x, const Tensor& factor) {
    Tensor result = binary(node, x, factor, [](double a, double b) { return a * b; });
    if (!x.lattice || !result.has_values()) return result;
    const Tensor from = broadcast(x, result.dims);
    Lattice lattice = *from.lattice;
    const bool one = factor.size() == 1;
    const Tensor by = one ? factor : broadcast(factor, result.dims);
    const auto times = [&](std::vector<double>& parameter) {
        if (!one && parameter.size() == 1) parameter.resize(result.size(), parameter[0]);
        for (std::size_t i = 0; i < parameter.size(); ++i) parameter[i] *= by.values[one ? 0 : i];
    };
    times(lattice.step);
    times(lattice.base);
    result.lattice = std::make_shared<Lattice>(std::move(lattice));
    return result;
}

Tensor shifted(const Node& node, const Tensor& x, const Tensor& summand) {
    Tensor result = binary(node, x, summand, [](double a, double b) { return a + b; });
    if (!x.lattice || !result.has_values()) return result;
    const Tensor from = broadcast(x, result.dims);
    Lattice lattice = *from.lattice;
    const bool one = summand.size() == 1;
    const Tensor by = one ? summand : broadcast(summand, result.dims);
    if (!one && lattice.base.size() == 1) lattice.base.resize(result.size(), lattice.base[0]);
    for (std::size_t i = 0; i < lattice.base.size(); ++i) lattice.base[i] += by.values[one ? 0 : i];
    result.lattice = std::make_shared<Lattice>(std::move(lattice));
    return result;
}

}  // namespace cimarron::foreign
