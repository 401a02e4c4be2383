// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/graph_builder.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

// raw_data is little-endian, whatever the machine.
template <class T>
void fill(::onnx::TensorProto& tensor, const Dims& dims, int type, const std::vector<T>& values) {
    tensor.set_data_type(type);
    for (std::int64_t dim : dims) tensor.add_dims(dim);
    std::string bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(T))
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.begin() + static_cast<std::ptrdiff_t>(i + sizeof(T)));
#endif
    tensor.set_raw_data(bytes);
}

}  // namespace

void GraphBuilder::take(const std::string& name) {
    if (!names_.insert(name).second)
        throw UserError(fmt::format("node {}: another tensor has that name", name));
}

::onnx::TensorProto& GraphBuilder::add_constant(const std::string& name) {
    take(name);
    ::onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    return tensor;
}

std::string GraphBuilder::constant(const std::string& name, const Dims& dims,
                                   const std::vector<float>& values) {
    fill(add_constant(name), dims, ::onnx::TensorProto::FLOAT, values);
    return name;
}

std::string GraphBuilder::constant(const std::string& name, const Dims& dims,
                                   const std::vector<std::int8_t>& values) {
    fill(add_constant(name), dims, ::onnx::TensorProto::INT8, values);
    return name;
}

std::string GraphBuilder::constant(const std::string& name, const Dims& dims,
                                   const std::vector<std::uint8_t>& values) {
    fill(add_constant(name), dims, ::onnx::TensorProto::UINT8, values);
    return name;
}

std::string GraphBuilder::constant(const std::string& name, const Dims& dims,
                                   const std::vector<std::int64_t>& values) {
    fill(add_constant(name), dims, ::onnx::TensorProto::INT64, values);
    return name;
}

std::string GraphBuilder::node(const std::string& op, const std::string& name,
                               const std::vector<std::string>& inputs) {
    take(name);
    ::onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(op);
    node.set_name(name);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(name);
    return name;
}

::onnx::AttributeProto& GraphBuilder::add_attribute(const std::string& name,
                                                    ::onnx::AttributeProto::AttributeType type) {
    ::onnx::NodeProto& node = *graph_.mutable_node(graph_.node_size() - 1);
    ::onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

void GraphBuilder::attribute(const std::string& name, std::int64_t value) {
    add_attribute(name, ::onnx::AttributeProto::INT).set_i(value);
}

void GraphBuilder::attribute(const std::string& name, float value) {
    add_attribute(name, ::onnx::AttributeProto::FLOAT).set_f(value);
}

void GraphBuilder::attribute(const std::string& name, const Dims& values) {
    ::onnx::AttributeProto& attribute = add_attribute(name, ::onnx::AttributeProto::INTS);
    for (std::int64_t v : values) attribute.add_ints(v);
}

}  // namespace cimarron
