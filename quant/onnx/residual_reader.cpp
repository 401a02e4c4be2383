// SPDX-License-Identifier: Apache-2.0
// The part of NetworkReader that residual adds need: Add, and what stands on the way of a shortcut.
#include "quant/onnx/network_reader.h"
#include "quant/onnx/shortcuts.h"

#include <fmt/format.h>

namespace cimarron {

using ::onnx::NodeProto;

void NetworkReader::add(const NodeProto& node) {
    require_inputs(node, 2, 2);
    require_attributes(node, {});
    const auto left = values_.find(node.input(0));
    const auto right = values_.find(node.input(1));
    require(left != values_.end() && right != values_.end(), node,
            "adds a constant; a residual add has two activations");
    require(left->second.open.has_value() != right->second.open.has_value(), node,
            "must add a quantized tensor to a convolution that is not quantized yet");
    const bool left_open = left->second.open.has_value();
    const Value& sum = left_open ? left->second : right->second;
    const Value& added = left_open ? right->second : left->second;
    require(graph_.consumers((left_open ? left : right)->first).size() == 1, node,
            fmt::format("needs an activation quantizer after {}, which others read too",
                        name_of(network_.nodes[*sum.open])));
    ConvNode* conv = open_convolution(sum);
    require(conv != nullptr && !sum.rectified && !conv->shortcut, node,
            "must directly follow a convolution or its batch norm");
    require(added.node >= 0 && added.quantizer, node, "adds the image");
    require(!added.rectified, node, "adds a residual stream after a ReLU, which is not supported");
    require(
        added.shape == sum.shape && !sum.flat && !added.flat, node,
        fmt::format("adds {} x {} x {} to {} x {} x {}", added.shape.channels, added.shape.height,
                    added.shape.width, sum.shape.channels, sum.shape.height, sum.shape.width));
    conv->shortcut = Shortcut{added.node, added.stride, added.channel_offset};
    set(node, sum);
}

// Every stride-th pixel of the tensor.
void NetworkReader::stride(const NodeProto& node, int stride) {
    Value value = input(node);
    require(value.quantizer && value.node >= 0 && !value.flat && !value.rectified, node,
            "strides a tensor that is no layer's quantized output");
    value.is_view = true;
    require(value.channel_offset == 0, node, "strides a padded tensor; pad the strided one");
    value.stride *= stride;
    value.shape.height = (value.shape.height - 1) / stride + 1;
    value.shape.width = (value.shape.width - 1) / stride + 1;
    set(node, std::move(value));
}

// Zero channels before and after.
void NetworkReader::pad(const NodeProto& node) {
    Value value = input(node);
    require(value.quantizer && value.node >= 0 && !value.flat && !value.rectified, node,
            "pads a tensor that is no layer's quantized output");
    const ChannelPadding padding = read_padding(graph_, node);
    value.is_view = true;
    value.channel_offset += padding.before;
    value.shape.channels += padding.before + padding.after;
    set(node, std::move(value));
}

}  // namespace cimarron
