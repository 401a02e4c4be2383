// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/shortcuts.h"

#include "quant/onnx/layers.h"
#include "quant/onnx/tensor.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

using ::onnx::NodeProto;

constexpr int kMostChannels = 1 << 20;

std::vector<std::int64_t> integers_input(const OnnxGraph& graph, const NodeProto& node, int i,
                                         const char* what, std::size_t count) {
    auto values = read_integers(node, constant_input(graph, node, i, what));
    require(values.size() == count, node,
            fmt::format("{} has {} values, {} are right", what, values.size(), count));
    return values;
}

}  // namespace

int read_stride(const OnnxGraph& graph, const NodeProto& slice, const Shape& input) {
    constexpr const char* kRight = "must take every n-th row and column of the whole image";
    require_inputs(slice, 5, 5);
    require_attributes(slice, {});
    const auto starts = integers_input(graph, slice, 1, "starts", 2);
    const auto ends = integers_input(graph, slice, 2, "ends", 2);
    auto axes = integers_input(graph, slice, 3, "axes", 2);
    const auto steps = integers_input(graph, slice, 4, "steps", 2);
    for (std::size_t i = 0; i < 2; ++i) {
        if (axes[i] < 0) axes[i] += 4;
        require(axes[i] == 2 || axes[i] == 3, slice, kRight);
        require(starts[i] == 0 && ends[i] >= (axes[i] == 2 ? input.height : input.width), slice,
                kRight);
    }
    require(axes[0] != axes[1] && steps[0] == steps[1] && steps[0] >= 1 && steps[0] <= 16384, slice,
            kRight);
    return static_cast<int>(steps[0]);
}

int read_pool_stride(const NodeProto& max_pool, const Shape& input) {
    const Window w = read_pool(max_pool, input).window;
    require(w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == w.stride_w && w.stride_h >= 1 &&
                w.pad_top + w.pad_left + w.pad_bottom + w.pad_right == 0,
            max_pool,
            "pools a residual stream; only a 1 x 1 kernel, which strides a shortcut, is supported");
    return w.stride_h;
}

ChannelPadding read_padding(const OnnxGraph& graph, const NodeProto& pad) {
    require_inputs(pad, 2, 3);
    require_attributes(pad, {"mode"});
    require(text_attribute(pad, "mode", "constant") == "constant", pad, "must pad with a constant");
    const auto pads = integers_input(graph, pad, 1, "pads", 8);
    for (std::size_t i = 0; i < pads.size(); ++i)
        require(pads[i] >= 0 && pads[i] <= (i % 4 == 1 ? kMostChannels : 0), pad,
                "must pad the channels of a shortcut, and nothing else");
    if (!input_name(pad, 2).empty())
        require(scalar_input(graph, pad, 2, "the padding value") == 0, pad, "must pad with zeros");
    return {static_cast<int>(pads[1]), static_cast<int>(pads[5])};
}

}  // namespace cimarron
