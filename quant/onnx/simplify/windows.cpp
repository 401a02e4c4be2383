// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/windows.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

namespace {

constexpr std::int64_t kMost = 16384;

std::vector<std::int64_t> attribute(const Node& node, const char* name, std::size_t count,
                                    std::int64_t missing) {
    std::vector<std::int64_t> values = ints_attribute(node, name);
    if (values.empty()) values.assign(count, missing);
    if (values.size() != count)
        fail(node,
             fmt::format("attribute {} has {} values, {} are right", name, values.size(), count));
    for (std::int64_t v : values)
        if (v < 0 || v > kMost)
            fail(node, fmt::format("attribute {} holds {}, 0..{} is right", name, v, kMost));
    return values;
}

// SAME: as many windows as strides fit, the padding they need split evenly, the odd one at the end
// (UPPER) or the beginning.
void pad_same(SpatialWindow& w, const Dims& in, bool upper) {
    for (std::size_t i = 0; i < 2; ++i) {
        const std::int64_t size = in[2 + i];
        const std::int64_t reach = w.dilation[i] * (w.kernel[i] - 1) + 1;
        const std::int64_t windows = (size + w.stride[i] - 1) / w.stride[i];
        const std::int64_t total =
            std::max<std::int64_t>(0, (windows - 1) * w.stride[i] + reach - size);
        const std::int64_t small = total / 2;
        w.pads[i] = upper ? small : total - small;
        w.pads[2 + i] = total - w.pads[i];
    }
}

}  // namespace

SpatialWindow window_of(const Node& node, const Dims& in, std::vector<std::int64_t> kernel) {
    if (in.size() != 4)
        fail(node, fmt::format("works on {}; images [N, C, H, W] are supported", text(in)));
    SpatialWindow w;
    w.kernel = attribute(node, "kernel_shape", 2, 0);
    if (!kernel.empty()) {
        if (w.kernel != kernel && w.kernel != std::vector<std::int64_t>{0, 0})
            fail(node, "kernel_shape differs from the weights' shape");
        w.kernel = std::move(kernel);
    }
    w.stride = attribute(node, "strides", 2, 1);
    w.dilation = attribute(node, "dilations", 2, 1);
    w.pads = attribute(node, "pads", 4, 0);
    for (std::size_t i = 0; i < 2; ++i)
        if (w.kernel[i] < 1 || w.stride[i] < 1 || w.dilation[i] < 1)
            fail(node, "its kernel, stride and dilation must be 1 or more");
    const std::string auto_pad = text_attribute(node, "auto_pad", "NOTSET");
    if (auto_pad == "VALID")
        w.pads.assign(4, 0);
    else if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER")
        pad_same(w, in, auto_pad == "SAME_UPPER");
    else if (auto_pad != "NOTSET" && !auto_pad.empty())
        fail(node, fmt::format("attribute auto_pad is {}", auto_pad.substr(0, 40)));
    const bool ceil = int_attribute(node, "ceil_mode", 0) != 0;
    for (std::size_t i = 0; i < 2; ++i) {
        const std::int64_t reach = w.dilation[i] * (w.kernel[i] - 1) + 1;
        const std::int64_t span = in[2 + i] + w.pads[i] + w.pads[2 + i] - reach;
        if (span < 0)
            fail(node, fmt::format("its kernel is larger than the padded input of {}", text(in)));
        std::int64_t windows = span / w.stride[i] + 1;
        // A window more where the last one would end inside, if it begins in the input or before.
        if (ceil && span % w.stride[i] != 0 && windows * w.stride[i] < in[2 + i] + w.pads[i]) {
            w.pads[2 + i] += w.stride[i] - span % w.stride[i];
            w.ceil_adds = true;
            ++windows;
        }
        w.out.push_back(windows);
    }
    return w;
}

void set_window(Node& node, const SpatialWindow& window) {
    node.attributes.erase("auto_pad");
    node.attributes.erase("ceil_mode");
    node.attributes["kernel_shape"] = window.kernel;
    node.attributes["strides"] = window.stride;
    node.attributes["dilations"] = window.dilation;
    node.attributes["pads"] = window.pads;
}

}  // namespace cimarron::foreign
