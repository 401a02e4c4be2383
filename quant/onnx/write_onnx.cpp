// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/file.h"
#include "quant/onnx/graph_builder.h"
#include "quant/onnx/onnx_io.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

constexpr int kIrVersion = 7;  // the first that goes with opset 13
constexpr int kOpset = 13;

// Writes the nodes of one network, one after the other; `value_` is the tensor the next one reads.
class NetworkWriter {
public:
    NetworkWriter(const Network& network, ::onnx::GraphProto& graph)
        : builder_(graph, "image"), value_("image"), shape_(network.input) {
        quantize("image", network.input_quantizer);
    }

    void write(const ConvNode& node, const std::string& name);
    void write(const PoolNode& node, const std::string& name);
    void write(const QuantizeNode& node, const std::string& name);
    void advance(const Node& node) { shape_ = output_shape(node, shape_); }
    const std::string& value() const { return value_; }
    // Dimensions of that tensor without the batch.
    Dims dims() const {
        if (flat_) return {shape_.size()};
        return {shape_.channels, shape_.height, shape_.width};
    }

private:
    std::string weights(const std::string& name, const BinaryWeights& w, const Dims& dims);
    std::string weights(const std::string& name, const IntegerWeights& w, const Dims& dims);
    void convolve(const ConvNode& node, const std::string& name, std::vector<std::string> inputs);
    void multiply(const std::string& name, std::vector<std::string> inputs);
    void normalize(const std::string& name, const BatchNorm& bn);
    void quantize(const std::string& name, const ActivationQuantizer& q);
    void window_attributes(const Window& w);

    GraphBuilder builder_;
    std::string value_;
    Shape shape_;
    bool flat_ = false;
};

Dims per_channel(const Dims& dims) {
    Dims result(dims.size(), 1);
    result[0] = dims[0];
    return result;
}

std::string NetworkWriter::weights(const std::string& name, const BinaryWeights& w,
                                   const Dims& dims) {
    const std::string signs = builder_.constant(name + ".signs", dims, w.signs);
    const std::string cast = builder_.node("Cast", name + ".float_signs", {signs});
    builder_.attribute("to", std::int64_t{::onnx::TensorProto::FLOAT});
    const std::string alpha = builder_.constant(name + ".alpha", per_channel(dims), w.alpha);
    const std::string beta = builder_.constant(name + ".beta", per_channel(dims), w.beta);
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
    const std::string scale = builder_.constant(name + ".scale", {dims[0]}, w.scale);
    const std::string weight = builder_.node("DequantizeLinear", name + ".weight", {codes, scale});
    builder_.attribute("axis", std::int64_t{0});
    return weight;
}

void NetworkWriter::window_attributes(const Window& w) {
    builder_.attribute("kernel_shape", Dims{w.kernel_h, w.kernel_w});
    builder_.attribute("strides", Dims{w.stride_h, w.stride_w});
    builder_.attribute("pads", Dims{w.pad_top, w.pad_left, w.pad_bottom, w.pad_right});
}

void NetworkWriter::quantize(const std::string& name, const ActivationQuantizer& q) {
    const std::string step = builder_.constant(name + ".step", {}, std::vector<float>{q.step});
    const std::string zero = builder_.constant(name + ".zero", {}, std::vector<std::uint8_t>{0});
    std::string codes = builder_.node("QuantizeLinear", name + ".quantized", {value_, step, zero});
    if (q.bits < 8) {
        const auto top = static_cast<std::uint8_t>((1 << q.bits) - 1);
        const std::string most =
            builder_.constant(name + ".top", {}, std::vector<std::uint8_t>{top});
        codes = builder_.node("Clip", name + ".clipped", {codes, zero, most});
    }
    value_ = builder_.node("DequantizeLinear", name + ".dequantized", {codes, step, zero});
}

void NetworkWriter::normalize(const std::string& name, const BatchNorm& bn) {
    const Dims dims{static_cast<std::int64_t>(bn.gamma.size())};
    std::vector<std::string> inputs{value_, builder_.constant(name + ".gamma", dims, bn.gamma),
                                    builder_.constant(name + ".offset", dims, bn.beta),
                                    builder_.constant(name + ".mean", dims, bn.mean),
                                    builder_.constant(name + ".variance", dims, bn.variance)};
    value_ = builder_.node("BatchNormalization", name + ".normalized", inputs);
    builder_.attribute("epsilon", bn.epsilon);
}

void NetworkWriter::convolve(const ConvNode& node, const std::string& name,
                             std::vector<std::string> inputs) {
    if (flat_)
        throw UserError(
            fmt::format("node {}: a convolution cannot follow a fully connected layer", name));
    value_ = builder_.node("Conv", name, inputs);
    window_attributes(node.window);
}

void NetworkWriter::multiply(const std::string& name, std::vector<std::string> inputs) {
    if (!flat_) {
        value_ = builder_.node("Flatten", name + ".flat", {value_});
        builder_.attribute("axis", std::int64_t{1});
        inputs[0] = value_;
        flat_ = true;
    }
    value_ = builder_.node("Gemm", name, inputs);
    builder_.attribute("transB", std::int64_t{1});
}

void NetworkWriter::write(const ConvNode& node, const std::string& name) {
    Dims dims{node.out_channels, shape_.channels, node.window.kernel_h, node.window.kernel_w};
    if (node.fully_connected) dims = {node.out_channels, shape_.size()};
    std::vector<std::string> inputs{
        value_, std::visit([&](const auto& w) { return weights(name, w, dims); }, node.weights)};
    if (!node.bias.empty())
        inputs.push_back(builder_.constant(name + ".bias", {node.out_channels}, node.bias));
    if (node.fully_connected)
        multiply(name, inputs);
    else
        convolve(node, name, inputs);
    if (node.batch_norm) normalize(name, *node.batch_norm);
    if (node.activation) quantize(name, *node.activation);
}

void NetworkWriter::write(const PoolNode& node, const std::string& name) {
    if (flat_)
        throw UserError(
            fmt::format("node {}: pooling cannot follow a fully connected layer", name));
    const bool average = node.kind == PoolNode::Kind::average;
    value_ = builder_.node(average ? "AveragePool" : "MaxPool", name, {value_});
    window_attributes(node.window);
    if (average) builder_.attribute("count_include_pad", std::int64_t{1});
    if (node.activation) quantize(name, *node.activation);
}

void NetworkWriter::write(const QuantizeNode&, const std::string& name) {
    throw UserError(fmt::format("node {}: cannot be written yet", name));
}

void describe(::onnx::ValueInfoProto& info, const std::string& name, const Dims& dims) {
    info.set_name(name);
    ::onnx::TypeProto::Tensor& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(::onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("N");
    for (std::int64_t dim : dims) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

::onnx::ModelProto to_model(const Network& network) {
    ::onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("cimarron");
    ::onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name(network.name);
    const Shape& in = network.input;
    describe(*graph.add_input(), "image", {in.channels, in.height, in.width});
    NetworkWriter writer(network, graph);
    int count = 0;
    for (const Node& node : network.nodes) {
        std::string name = std::visit([](const auto& n) { return n.name; }, node);
        if (name.empty()) name = fmt::format("layer{}", count);
        ++count;
        std::visit([&](const auto& n) { writer.write(n, name); }, node);
        writer.advance(node);
    }
    describe(*graph.add_output(), writer.value(), writer.dims());
    ::onnx::OperatorSetIdProto& opset = *model.add_opset_import();
    opset.set_domain("");
    opset.set_version(kOpset);
    return model;
}

}  // namespace

void write_onnx(const Network& network, const std::filesystem::path& file) {
    validate(network);
    const ::onnx::ModelProto model = to_model(network);
    std::string bytes;
    if (!model.SerializeToString(&bytes))
        throw UserError(fmt::format("{}: the network exceeds ONNX's 2 GiB", file.string()));
    write_atomically(file, bytes);
}

}  // namespace cimarron
