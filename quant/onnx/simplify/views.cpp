// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/views.h"

#include "quant/onnx/simplify/ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace cimarron::foreign {

namespace {

bool is_identity(const Node& node) {
    return is_standard(node, "Identity") || is_standard(node, "Dropout") ||
           is_standard(node, "Cast") || is_standard(node, "CastLike");
}

Dims reshape_dims(const Graph& graph, const Node& node, const Dims& in,
                  const std::vector<std::int64_t>& to) {
    const std::int64_t count = element_count(in);
    Dims dims = to;
    if (int_attribute(node, "allowzero", 0) == 0)
        for (std::size_t i = 0; i < dims.size(); ++i)
            if (dims[i] == 0 && i < in.size()) dims[i] = in[i];
    // The graph has one image; a shape may say the batch that the file was exported with.
    if (graph.input.batch > 1 && !dims.empty() && dims[0] == graph.input.batch) dims[0] = 1;
    const auto free = std::find(dims.begin(), dims.end(), -1);
    if (free != dims.end()) {
        *free = 1;
        const std::int64_t others = element_count(dims);
        *free = others == 0 ? 0 : count / others;
    }
    if (element_count(dims) != count)
        fail(node, fmt::format("reshapes {} to {}", text(in), text(to)));
    return dims;
}

Dims squeeze_dims(const Node& node, const Dims& in, const std::vector<std::int64_t>& axes) {
    Dims dims;
    std::vector<bool> drop(in.size());
    for (std::int64_t axis : axes) drop[checked_axis(node, axis, in.size())] = true;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (axes.empty() ? in[i] == 1 : drop[i]) {
            if (in[i] != 1) fail(node, fmt::format("squeezes an axis of {}", in[i]));
            continue;
        }
        dims.push_back(in[i]);
    }
    return dims;
}

Dims unsqueeze_dims(const Node& node, const Dims& in, const std::vector<std::int64_t>& axes) {
    Dims dims(in.size() + axes.size(), 0);
    for (std::int64_t axis : axes) dims[checked_axis(node, axis, dims.size())] = 1;
    auto next = in.begin();
    for (std::int64_t& dim : dims)
        if (dim == 0) {
            if (next == in.end()) fail(node, "names an axis twice");
            dim = *next++;
        }
    return dims;
}

Dims flatten_dims(const Node& node, const Dims& in) {
    const auto rank = static_cast<std::int64_t>(in.size());
    std::int64_t axis = int_attribute(node, "axis", 1);
    if (axis < 0) axis += rank;
    if (axis < 0 || axis > rank) fail(node, fmt::format("flattens at axis {} of {}", axis, rank));
    const auto middle = in.begin() + axis;
    return {element_count(Dims(in.begin(), middle)), element_count(Dims(middle, in.end()))};
}

std::optional<Dims> pad_dims(const Graph& graph, const Node& node, const Dims& in) {
    const auto pads = pads_of(graph, node, in);
    if (!pads) return std::nullopt;
    Dims dims = in;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::int64_t added = (*pads)[i] + (*pads)[in.size() + i];
        if (std::abs(added) > (1 << 28) || dims[i] + added < 1)
            fail(node, fmt::format("pads {} by {}", text(in), added));
        dims[i] += added;
    }
    return dims;
}

std::optional<Dims> expand_dims(const Graph& graph, const Node& node, const Dims& in) {
    auto shape = constant_integers(graph, node, 1);
    if (!shape) return std::nullopt;
    Dims dims = *shape;
    if (dims.size() < in.size()) dims.insert(dims.begin(), in.size() - dims.size(), 1);
    for (std::size_t i = 0; i < in.size(); ++i) {
        std::int64_t& dim = dims[dims.size() - in.size() + i];
        if (in[i] != dim && in[i] != 1 && dim != 1)
            fail(node, fmt::format("expands {} to {}", text(in), text(*shape)));
        dim = std::max(dim, in[i]);
    }
    return dims;
}

std::optional<Dims> gather_dims(const Graph& graph, const Node& node, const Dims& in) {
    const Tensor* indices = constant_input(graph, node, 1);
    if (indices == nullptr) return std::nullopt;
    const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 0), in.size());
    Dims dims(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(axis));
    dims.insert(dims.end(), indices->dims.begin(), indices->dims.end());
    dims.insert(dims.end(), in.begin() + static_cast<std::ptrdiff_t>(axis) + 1, in.end());
    return dims;
}

// Calls f(position) for every element of an array of that shape, in order.
template <class F>
void for_each_position(const Dims& dims, const F& f) {
    const std::int64_t count = element_count(dims);
    Dims position(dims.size());
    for (std::int64_t i = 0; i < count; ++i) {
        f(position);
        for (std::size_t axis = dims.size(); axis-- > 0;) {
            if (++position[axis] < dims[axis]) break;
            position[axis] = 0;
        }
    }
}

std::vector<std::int64_t> gather_sources(const Graph& graph, const Node& node, const Dims& in,
                                         const Dims& out) {
    const Tensor& indices = required_constant(graph, node, 1, "the indices");
    const std::size_t axis = checked_axis(node, int_attribute(node, "axis", 0), in.size());
    const Dims in_strides = strides_of(in);
    const Dims index_strides = strides_of(indices.dims);
    const std::size_t rank = indices.dims.size();
    std::vector<std::int64_t> sources;
    for_each_position(out, [&](const Dims& position) {
        std::int64_t source = 0;
        std::int64_t index = 0;
        for (std::size_t i = 0; i < rank; ++i) index += position[axis + i] * index_strides[i];
        auto at = static_cast<std::int64_t>(indices.values[static_cast<std::size_t>(index)]);
        if (at < 0) at += in[axis];
        if (at < 0 || at >= in[axis]) fail(node, fmt::format("gathers {} of {}", at, in[axis]));
        for (std::size_t i = 0; i < in.size(); ++i)
            source += in_strides[i] *
                      (i < axis ? position[i] : (i == axis ? at : position[i + rank - 1]));
        sources.push_back(source);
    });
    return sources;
}

}  // namespace

bool is_view(const Node& node) {
    static const char* const kViews[] = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose",
                                         "Slice",   "Gather",  "Expand",  "Tile",      "Pad"};
    return is_identity(node) || std::any_of(std::begin(kViews), std::end(kViews),
                                            [&](auto* op) { return is_standard(node, op); });
}

std::size_t checked_axis(const Node& node, std::int64_t axis, std::size_t rank) {
    const auto most = static_cast<std::int64_t>(rank);
    if (axis < -most || axis >= most)
        fail(node, fmt::format("names axis {} of {} dimensions", axis, rank));
    return static_cast<std::size_t>(axis < 0 ? axis + most : axis);
}

std::vector<std::size_t> permutation(const Node& node, std::size_t rank) {
    std::vector<std::size_t> order(rank);
    const auto perm = ints_attribute(node, "perm");
    if (perm.empty()) {
        for (std::size_t i = 0; i < rank; ++i) order[i] = rank - 1 - i;
        return order;
    }
    std::vector<bool> seen(rank);
    if (perm.size() != rank)
        fail(node, fmt::format("permutes {} of {} dimensions", perm.size(), rank));
    for (std::size_t i = 0; i < rank; ++i) {
        order[i] = checked_axis(node, perm[i], rank);
        if (seen[order[i]]) fail(node, "names an axis twice");
        seen[order[i]] = true;
    }
    return order;
}

Dims strides_of(const Dims& dims) {
    Dims strides(dims.size(), 1);
    for (std::size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
    return strides;
}

std::optional<Dims> view_dims(const Graph& graph, const Node& node, const Dims& in) {
    if (is_identity(node)) return in;
    if (node.op == "Flatten") return flatten_dims(node, in);
    if (node.op == "Transpose") {
        Dims dims;
        for (std::size_t axis : permutation(node, in.size())) dims.push_back(in[axis]);
        return dims;
    }
    if (node.op == "Gather") return gather_dims(graph, node, in);
    if (node.op == "Expand") return expand_dims(graph, node, in);
    if (node.op == "Pad") return pad_dims(graph, node, in);
    if (node.op == "Slice") {
        const auto ranges = slice_ranges(graph, node, in);
        if (!ranges) return std::nullopt;
        Dims dims;
        for (const Range& range : *ranges) dims.push_back(range.count);
        return dims;
    }
    const auto values = constant_integers(graph, node, 1);
    if (!values) return std::nullopt;
    if (node.op == "Squeeze") return squeeze_dims(node, in, *values);
    if (node.op == "Unsqueeze") return unsqueeze_dims(node, in, *values);
    if (node.op == "Reshape") return reshape_dims(graph, node, in, *values);
    Dims dims = in;  // Tile
    if (values->size() != in.size()) fail(node, "has repeats that do not fit");
    for (std::size_t i = 0; i < in.size(); ++i) {
        if ((*values)[i] < 0 || (*values)[i] > (1 << 28)) fail(node, "repeats too often");
        dims[i] *= (*values)[i];
    }
    return dims;
}

std::vector<std::int64_t> view_sources(const Graph& graph, const Node& node, const Dims& in) {
    const auto dims = view_dims(graph, node, in);
    if (!dims) fail(node, "its shape is computed, not constant");
    const Dims in_strides = strides_of(in);
    std::vector<std::int64_t> sources;
    sources.reserve(static_cast<std::size_t>(element_count(*dims)));
    if (node.op == "Gather") return gather_sources(graph, node, in, *dims);
    if (node.op == "Transpose" || node.op == "Slice" || node.op == "Pad" || node.op == "Expand" ||
        node.op == "Tile") {
        const auto order =
            node.op == "Transpose" ? permutation(node, in.size()) : std::vector<std::size_t>{};
        const auto ranges = node.op == "Slice" ? slice_ranges(graph, node, in) : std::nullopt;
        const auto pads = node.op == "Pad" ? pads_of(graph, node, in) : std::nullopt;
        const std::size_t skip = dims->size() - in.size();  // of an Expand
        for_each_position(*dims, [&](const Dims& position) {
            std::int64_t source = 0;
            bool padded = false;
            for (std::size_t i = 0; i < in.size(); ++i) {
                std::size_t axis = i;
                std::int64_t at = position[skip + i];
                if (!order.empty()) axis = order[i];
                if (ranges) at = (*ranges)[i].start + at * (*ranges)[i].step;
                if (pads) at -= (*pads)[i];
                if (node.op == "Expand" && in[i] == 1) at = 0;
                if (node.op == "Tile") at %= in[i];
                padded = padded || at < 0 || at >= in[axis];
                source += at * in_strides[axis];
            }
            sources.push_back(padded ? -1 : source);
        });
        return sources;
    }
    sources.resize(static_cast<std::size_t>(element_count(*dims)));
    std::iota(sources.begin(), sources.end(), std::int64_t{0});
    return sources;
}

}  // namespace cimarron::foreign
