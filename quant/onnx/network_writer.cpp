// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/network_writer.h"

#include "common/error.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

void require(bool holds, const std::string& node, const std::string& what) {
    if (!holds) throw UserError(fmt::format("node {}: {}", node, what));
}

Dims per_channel(const Dims& dims) {
    Dims result(dims.size(), 1);
    result[0] = dims[0];
    return result;
}

std::vector<float> floats(const Reals& values) {
    return {values.begin(), values.end()};
}

// The form writes quantizers of the whole range, without a zero point.
float step_of(const std::string& node, const ActivationQuantizer& q) {
    require(q == ActivationQuantizer(q.bits, q.step, 0, q.rounding) && q.step.values().size() == 1,
            node, "has a quantizer with a zero point, a clip or steps of channels");
    return static_cast<float>(q.step[0]);
}

}  // namespace

std::string NetworkWriter::weights(const std::string& name, const BinaryWeights& w,
                                   const Dims& dims) {
    const std::string signs = builder_.constant(name + ".signs", dims, w.signs);
    const std::string cast = builder_.node("Cast", name + ".float_signs", {signs});
    builder_.attribute("to", std::int64_t{::onnx::TensorProto::FLOAT});
    const std::string alpha =
        builder_.constant(name + ".alpha", per_channel(dims), floats(w.alpha));
    const std::string beta = builder_.constant(name + ".beta", per_channel(dims), floats(w.beta));
    const std::string scaled = builder_.node("Mul", name + ".scaled", {cast, alpha});
    return builder_.node("Add", name + ".weight", {scaled, beta});
}

std::string NetworkWriter::weights(const std::string& name, const IntegerWeights& w,
                                   const Dims& dims) {
    std::string codes = builder_.constant(name + ".codes", dims, w.values);
    if (w.bits < 8) {
        const auto half = static_cast<std::int8_t>(1 << (w.bits - 1));
        const std::string low = builder_.constant(
            name + ".low", {}, std::vector<std::int8_t>{static_cast<std::int8_t>(-half)});
        const std::string high = builder_.constant(
            name + ".high", {}, std::vector<std::int8_t>{static_cast<std::int8_t>(half - 1)});
        codes = builder_.node("Clip", name + ".clipped_codes", {codes, low, high});
    }
    const std::string scale = builder_.constant(name + ".scale", {dims[0]}, floats(w.scale));
    const std::string weight = builder_.node("DequantizeLinear", name + ".weight", {codes, scale});
    builder_.attribute("axis", std::int64_t{0});
    return weight;
}

void NetworkWriter::window_attributes(const Window& w) {
    builder_.attribute("kernel_shape", Dims{w.kernel_h, w.kernel_w});
    builder_.attribute("strides", Dims{w.stride_h, w.stride_w});
    builder_.attribute("pads", Dims{w.pad_top, w.pad_left, w.pad_bottom, w.pad_right});
}

std::string NetworkWriter::quantized(const std::string& name, const std::string& first,
                                     const std::string& value, const ActivationQuantizer& q) {
    const std::string step =
        builder_.constant(name + ".step", {}, std::vector<float>{step_of(name, q)});
    const std::string zero = builder_.constant(name + ".zero", {}, std::vector<std::uint8_t>{0});
    std::string codes = builder_.node("QuantizeLinear", first, {value, step, zero});
    if (q.bits < 8) {
        const auto top = static_cast<std::uint8_t>((1 << q.bits) - 1);
        const std::string most =
            builder_.constant(name + ".top", {}, std::vector<std::uint8_t>{top});
        codes = builder_.node("Clip", name + ".clipped", {codes, zero, most});
    }
    return builder_.node("DequantizeLinear", name + ".dequantized", {codes, step, zero});
}

// QuantizeLinear of opset 13 has 8 bits at most.
std::string NetworkWriter::stream(const std::string& name, const std::string& value,
                                  const ActivationQuantizer& q) {
    const float half = std::ldexp(1.0F, q.bits - 1);
    const std::string step =
        builder_.constant(name + ".step", {}, std::vector<float>{step_of(name, q)});
    const std::string low = builder_.constant(name + ".lowest", {}, std::vector<float>{-half});
    const std::string high = builder_.constant(name + ".highest", {}, std::vector<float>{half - 1});
    const std::string divided = builder_.node("Div", name + ".divided", {value, step});
    const std::string rounded = builder_.node("Round", name + ".rounded", {divided});
    const std::string clipped = builder_.node("Clip", name + ".clipped", {rounded, low, high});
    return builder_.node("Mul", name + ".stream", {clipped, step});
}

std::string NetworkWriter::normalized(const std::string& name, const std::string& value,
                                      const BatchNorm& bn) {
    const Dims dims{static_cast<std::int64_t>(bn.gamma.size())};
    const std::vector<std::string> inputs{
        value, builder_.constant(name + ".gamma", dims, floats(bn.gamma)),
        builder_.constant(name + ".offset", dims, floats(bn.beta)),
        builder_.constant(name + ".mean", dims, floats(bn.mean)),
        builder_.constant(name + ".variance", dims, floats(bn.variance))};
    const std::string result = builder_.node("BatchNormalization", name + ".normalized", inputs);
    builder_.attribute("epsilon", static_cast<float>(bn.epsilon));
    return result;
}

std::string NetworkWriter::write(const ConcatNode&, const std::string& name, WrittenTensor&) {
    require(false, name, "is a Concat, which is read but not written");
    return {};
}

std::string NetworkWriter::flattened(const std::string& name, const WrittenTensor& in) {
    if (in.flat) return in.name;
    const std::string flat = builder_.node("Flatten", name + ".flat", {in.name});
    builder_.attribute("axis", std::int64_t{1});
    return flat;
}

// The tensor that is added: strided by a pooling of single pixels, with zero channels around.
std::string NetworkWriter::shortcut(const std::string& name, const Shortcut& shortcut,
                                    const Shape& out) {
    const WrittenTensor& from = tensor(shortcut.source);
    require(!from.flat, name, "a shortcut cannot come from behind a fully connected layer");
    std::string value = from.name;
    if (shortcut.stride != 1) {
        value = builder_.node("MaxPool", name + ".strided", {value});
        window_attributes({1, 1, shortcut.stride, shortcut.stride, 0, 0, 0, 0});
    }
    const int after = out.channels - from.shape.channels - shortcut.channel_offset;
    if (shortcut.channel_offset + after == 0) return value;
    const std::string pads = builder_.constant(
        name + ".pads", {8},
        std::vector<std::int64_t>{0, shortcut.channel_offset, 0, 0, 0, after, 0, 0});
    return builder_.node("Pad", name + ".padded", {value, pads});
}

std::string NetworkWriter::write(const ConvNode& node, const std::string& name,
                                 WrittenTensor& out) {
    const WrittenTensor& in = tensor(node.source);
    Dims dims{node.out_channels, in.shape.channels / node.groups, node.window.kernel_h,
              node.window.kernel_w};
    if (node.fully_connected) dims = {node.out_channels, in.shape.size()};
    require(node.fully_connected || !in.flat, name,
            "a convolution cannot follow a fully connected layer");
    require(!node.fully_connected || !node.shortcut, name,
            "a fully connected layer takes no shortcut");
    std::vector<std::string> inputs{
        in.name, std::visit([&](const auto& w) { return weights(name, w, dims); }, node.weights)};
    if (!node.bias.empty())
        inputs.push_back(builder_.constant(name + ".bias", {node.out_channels}, floats(node.bias)));
    std::string value;
    if (node.fully_connected) {
        inputs[0] = flattened(name, in);
        value = builder_.node("Gemm", name, inputs);
        builder_.attribute("transB", std::int64_t{1});
        out.flat = true;
    } else {
        value = builder_.node("Conv", name, inputs);
        window_attributes(node.window);
        if (node.groups != 1) builder_.attribute("group", std::int64_t{node.groups});
    }
    if (node.batch_norm) value = normalized(name, value, *node.batch_norm);
    if (node.shortcut)
        value =
            builder_.node("Add", name + ".sum", {value, shortcut(name, *node.shortcut, out.shape)});
    if (!node.activation) return value;
    if (is_stream(node.activation->bits)) return stream(name, value, *node.activation);
    return quantized(name, name + ".quantized", value, *node.activation);
}

std::string NetworkWriter::write(const PoolNode& node, const std::string& name,
                                 WrittenTensor& out) {
    const WrittenTensor& in = tensor(node.source);
    require(!in.flat, name, "pooling cannot follow a fully connected layer");
    const bool average = node.kind == PoolNode::Kind::average;
    out.name = builder_.node(average ? "AveragePool" : "MaxPool", name, {in.name});
    window_attributes(node.window);
    if (average) builder_.attribute("count_include_pad", std::int64_t{1});
    if (!node.activation) return out.name;
    return quantized(name, name + ".quantized", out.name, *node.activation);
}

std::string NetworkWriter::write(const QuantizeNode& node, const std::string& name,
                                 WrittenTensor& out) {
    out.flat = tensor(node.source).flat;
    return quantized(name, name, tensor(node.source).name, *node.activation);
}

WrittenTensor NetworkWriter::write() {
    image_ = {quantized("image", "image.quantized", "image", network_.input_quantizer),
              network_.input, false};
    for (const Node& node : network_.nodes) {
        std::string name = name_of(node);
        if (name.empty()) name = fmt::format("layer{}", tensors_.size());
        WrittenTensor out;
        out.shape = output_shape(node, tensor(source_of(node)).shape);
        out.name = std::visit([&](const auto& n) { return write(n, name, out); }, node);
        tensors_.push_back(std::move(out));
    }
    return tensors_.back();
}

}  // namespace cimarron
