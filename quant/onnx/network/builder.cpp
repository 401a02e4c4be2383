// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/network/builder.h"

#include "common/error.h"
#include "quant/onnx/network/topological.h"
#include "quant/onnx/simplify/shapes.h"

#include <fmt/format.h>

namespace cimarron::foreign {

namespace {

int size_of(std::int64_t dim) {
    return static_cast<int>(dim);
}

// [1, K] is K channels of one pixel, [1, C, H, W] an image.
Shape shape_of(const Dims& dims) {
    Shape shape;
    shape.channels = size_of(dims[1]);
    if (dims.size() == 4) {
        shape.height = size_of(dims[2]);
        shape.width = size_of(dims[3]);
    }
    return shape;
}

}  // namespace

NetworkBuilder::NetworkBuilder(const Graph& graph) : graph_(graph), readers_(count_readers(graph)) {
    const Dims dims = input_dims(graph);
    if (dims.size() != 4 && dims.size() != 2)
        throw UserError(
            fmt::format("the input has the shape {}; [N, C, H, W] or [N, K] is right", text(dims)));
    Value image;
    image.shape = shape_of(dims);
    image.flat = dims.size() == 2;
    const auto count = readers_.find(graph.input.name);
    image.exclusive = count == readers_.end() || count->second == 1;
    network_.name = graph.name;
    network_.input = image.shape;
    network_.image_form.dims = graph.input.dims;
    if (graph.channels_last) {
        network_.image_form.dims = {graph.input.dims[1], graph.input.dims[2], graph.input.dims[0]};
        network_.image_form.channels_last = true;
    }
    values_[graph.input.name] = std::move(image);
}

Network NetworkBuilder::build(Ending ending) {
    for (const Node& node : graph_.nodes) step(node);
    finish(ending);
    return topologically_ordered(std::move(network_));
}

void NetworkBuilder::step(const Node& node) {
    if (is_standard(node, "Conv") || is_standard(node, "Gemm")) return layer(node);
    if (is_own(node, "Affine")) return affine(node);
    if (is_own(node, "Clip")) return clip(node);
    if (is_own(node, "Quantize")) return quantize(node);
    if (is_standard(node, "LeakyRelu") || is_standard(node, "PRelu")) return leaky(node);
    if (is_standard(node, "MaxPool") || is_standard(node, "AveragePool")) return pool(node);
    if (is_standard(node, "Reshape")) return reshape(node);
    if (is_standard(node, "Add") || is_standard(node, "Sum")) return add(node);
    if (is_standard(node, "Concat")) return concat(node);
    if (is_standard(node, "Pad")) return pad(node);
    if (is_standard(node, "Slice")) return slice(node);
    if (is_standard(node, "Sub") || is_standard(node, "Mul") || is_standard(node, "Div"))
        fail(node,
             "joins two tensors, or one with a constant that differs within a channel; a constant "
             "for each channel is supported");
    if (is_standard(node, "Transpose") && node.outputs[0] == graph_.output) {
        values_[node.outputs[0]] = read(node, 0);  // finish() looks at it
        return;
    }
    if (is_standard(node, "Transpose") || is_standard(node, "Gather"))
        fail(node, "moves channels or pixels in a way that no layer behind it takes up");
    fail(node, "is not supported here");
}

Value NetworkBuilder::read(const Node& node, std::size_t input) const {
    const std::string& tensor = input_of(node, input);
    const auto found = values_.find(tensor);
    if (found == values_.end()) fail(node, "must read what depends on the image first");
    Value value = found->second;
    value.exclusive = value.exclusive && readers_.at(tensor) == 1;
    return value;
}

int NetworkBuilder::append(cimarron::Node node) {
    network_.nodes.push_back(std::move(node));
    return static_cast<int>(network_.nodes.size()) - 1;
}

std::string NetworkBuilder::unique(const std::string& base) {
    std::string name = base;
    for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{}_{}", base, i);
    return name;
}

ConvNode* NetworkBuilder::open_convolution(const Value& value) {
    if (value.node < 0 || value.quantized || value.average) return nullptr;
    return std::get_if<ConvNode>(&network_.nodes[static_cast<std::size_t>(value.node)]);
}

void NetworkBuilder::finish(Ending ending) {
    set_logits(values_.at(graph_.output));
    LogitForm& form = network_.logit_form;
    Dims dims = graph_.shapes.at(graph_.output);
    form.dims.assign(dims.begin() + 1, dims.end());
    const Node& last = graph_.nodes.back();
    if (is_standard(last, "Transpose")) {
        if (ints_attribute(last, "perm") != std::vector<std::int64_t>{0, 2, 3, 1})
            fail(last, "orders the logits in a way that is not supported");
        form.channels_last = true;
    }
    using Function = LogitForm::Function;
    form.function = ending == Ending::softmax       ? Function::softmax
                    : ending == Ending::log_softmax ? Function::log_softmax
                    : ending == Ending::arg_max     ? Function::arg_max
                                                    : Function::none;
}

// The last layer's values leave the chip as they are; what the file does behind is the host's.
void NetworkBuilder::set_logits(Value value) {
    auto* conv = value.node < 0 || value.average
                     ? nullptr
                     : std::get_if<ConvNode>(&network_.nodes[static_cast<std::size_t>(value.node)]);
    const bool last = conv != nullptr && value.exclusive;
    if (!last)
        throw UserError(
            "must end in a convolution or dense layer, whose values nothing else reads");
    LogitForm& form = network_.logit_form;
    if (value.quantized) {
        settle_scale(value);
        form.quantizer = *conv->activation;
        conv->activation.reset();
        if (value.has_affine() || value.has_clip() || value.leaky)
            throw UserError("works on quantized logits in a way that is not supported");
        return;
    }
    if (value.has_affine() || value.leaky)
        throw UserError("works on the logits in a way that is not supported");
    if (!value.has_clip()) return;
    if (value.low.size() != 1 || value.high.size() != 1)
        throw UserError("clips each logit at another number, which is not supported");
    form.clip = {value.low[0], value.high[0]};
}

}  // namespace cimarron::foreign
