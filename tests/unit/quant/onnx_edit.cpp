// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/quant/onnx_edit.h"

#include <cstring>
#include <stdexcept>

namespace cimarron::test {

::onnx::NodeProto& node_named(::onnx::GraphProto& graph, const std::string& name) {
    for (auto& node : *graph.mutable_node())
        if (node.name() == name) return node;
    throw std::logic_error("no node " + name);
}

::onnx::NodeProto& node_of_type(::onnx::GraphProto& graph, const std::string& op) {
    for (auto& node : *graph.mutable_node())
        if (node.op_type() == op) return node;
    throw std::logic_error("no node of type " + op);
}

::onnx::TensorProto& tensor_named(::onnx::GraphProto& graph, const std::string& name) {
    for (auto& tensor : *graph.mutable_initializer())
        if (tensor.name() == name) return tensor;
    throw std::logic_error("no tensor " + name);
}

void remove_node(::onnx::GraphProto& graph, const std::string& name) {
    for (int i = 0; i < graph.node_size(); ++i)
        if (graph.node(i).name() == name) return graph.mutable_node()->DeleteSubrange(i, 1);
    throw std::logic_error("no node " + name);
}

void rename_input(::onnx::GraphProto& graph, const std::string& from, const std::string& to) {
    for (auto& node : *graph.mutable_node())
        for (auto& input : *node.mutable_input())
            if (input == from) input = to;
}

void set_floats(::onnx::TensorProto& tensor, const std::vector<float>& values) {
    tensor.clear_raw_data();
    tensor.set_data_type(::onnx::TensorProto::FLOAT);
    for (float v : values) tensor.add_float_data(v);
}

std::vector<float> floats_of(const ::onnx::TensorProto& tensor) {
    std::vector<float> values(tensor.raw_data().size() / sizeof(float));
    std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
    return values;
}

::onnx::TensorProto& add_tensor(::onnx::GraphProto& graph, const std::string& name,
                                const std::vector<long>& dims, const std::vector<float>& values) {
    ::onnx::TensorProto& tensor = *graph.add_initializer();
    tensor.set_name(name);
    for (long dim : dims) tensor.add_dims(dim);
    set_floats(tensor, values);
    return tensor;
}

::onnx::NodeProto& add_node(::onnx::GraphProto& graph, const std::string& op,
                            const std::string& name, const std::vector<std::string>& inputs,
                            const std::string& output) {
    ::onnx::NodeProto& node = *graph.add_node();
    node.set_op_type(op);
    node.set_name(name);
    for (const auto& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
}

::onnx::TensorProto& add_integers(::onnx::GraphProto& graph, const std::string& name,
                                  const std::vector<long>& values) {
    ::onnx::TensorProto& tensor = *graph.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (long value : values) tensor.add_int64_data(value);
    return tensor;
}

void add_int(::onnx::NodeProto& node, const std::string& name, int value) {
    ::onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(::onnx::AttributeProto::INT);
    attribute.set_i(value);
}

::onnx::NodeProto& insert_after(::onnx::GraphProto& graph, const std::string& tensor,
                                const std::string& op) {
    const std::string output = tensor + "_" + op;
    rename_input(graph, tensor, output);
    return add_node(graph, op, output, {tensor}, output);
}

void set_qonnx_domain(::onnx::NodeProto& node) {
    node.set_domain("qonnx.custom_op.general");
}

void to_quant(::onnx::GraphProto& graph, const std::string& name, int bits) {
    const bool stream = bits > 8;
    const std::string input =
        node_named(graph, name + (stream ? ".divided" : ".quantized")).input(0);
    const std::string output = name + (stream ? ".stream" : ".dequantized");
    if (stream)
        for (const char* part : {".divided", ".rounded"}) remove_node(graph, name + part);
    else
        remove_node(graph, name + ".quantized");
    if (bits != 8) remove_node(graph, name + ".clipped");
    remove_node(graph, output);
    add_tensor(graph, name + ".quant_zero", {}, {0});
    add_tensor(graph, name + ".quant_bits", {}, {static_cast<float>(bits)});
    ::onnx::NodeProto& quant =
        add_node(graph, "Quant", name + ".quant",
                 {input, name + ".step", name + ".quant_zero", name + ".quant_bits"}, output);
    set_qonnx_domain(quant);
    add_int(quant, "signed", stream ? 1 : 0);
    add_int(quant, "narrow", 0);
}

}  // namespace cimarron::test
