// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/write/write_graph.h"

#include "common/error.h"
#include "common/file.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>

namespace cimarron::foreign {

namespace {

constexpr int kIrVersion = 8;
constexpr int kOpset = 13;

template <class T>
void put_raw(::onnx::TensorProto& proto, const std::vector<double>& values) {
    std::string& bytes = *proto.mutable_raw_data();
    bytes.reserve(values.size() * sizeof(T));
    for (double value : values) {
        const auto number = static_cast<T>(value);
        bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
}

void put_tensor(::onnx::TensorProto& proto, const Dims& dims, const std::vector<double>& values,
                ElementType type) {
    for (std::int64_t dim : dims) proto.add_dims(dim);
    proto.set_data_type(static_cast<int>(type));
    if (type == ElementType::int64)
        put_raw<std::int64_t>(proto, values);
    else if (type == ElementType::int16)
        put_raw<std::int16_t>(proto, values);
    else
        put_raw<double>(proto, values);
}

bool is_small_whole(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double v) {
        return v >= -32768 && v <= 32767 && v == static_cast<std::int16_t>(v);
    });
}

class GraphWriter {
public:
    explicit GraphWriter(::onnx::GraphProto& proto) : proto_(proto) {}

    void constant(const std::string& name, const Tensor& tensor) {
        if (!tensor.has_values())
            throw UserError(fmt::format("tensor {} has no values: {}", name, tensor.missing));
        if (!tensor.lattice) {
            const bool whole = tensor.type == ElementType::int64;
            return initializer(name, tensor.dims, tensor.values,
                               whole ? ElementType::int64 : ElementType::float64);
        }
        const Lattice& lattice = *tensor.lattice;
        const auto parameter = [&](const char* what, const std::vector<double>& values) {
            initializer(name + what, values.size() == 1 ? Dims{} : tensor.dims, values,
                        ElementType::float64);
        };
        initializer(name + ".codes", tensor.dims, lattice.codes,
                    is_small_whole(lattice.codes) ? ElementType::int16 : ElementType::float64);
        parameter(".step", lattice.step);
        parameter(".base", lattice.base);
        ::onnx::NodeProto& node = *proto_.add_node();
        node.set_domain(kOwnDomain);
        node.set_op_type("Weights");
        for (const char* part : {".codes", ".step", ".base"}) node.add_input(name + part);
        node.add_output(name);
    }

    void node(const Node& from) {
        ::onnx::NodeProto& to = *proto_.add_node();
        to.set_domain(from.domain);
        to.set_op_type(from.op);
        to.set_name(from.name);
        for (const std::string& input : from.inputs) to.add_input(input);
        for (const std::string& output : from.outputs) to.add_output(output);
        for (const auto& [name, value] : from.attributes) attribute(to, name, value);
    }

private:
    void initializer(const std::string& name, const Dims& dims, const std::vector<double>& values,
                     ElementType type) {
        ::onnx::TensorProto& proto = *proto_.add_initializer();
        proto.set_name(name);
        put_tensor(proto, dims, values, type);
    }

    static void attribute(::onnx::NodeProto& node, const std::string& name,
                          const Attribute& value) {
        using Type = ::onnx::AttributeProto;
        Type& proto = *node.add_attribute();
        proto.set_name(name);
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            proto.set_type(Type::INT);
            proto.set_i(*number);
        } else if (const auto* real = std::get_if<double>(&value)) {  // FLOAT has 32 bits
            proto.set_type(Type::TENSOR);
            put_tensor(*proto.mutable_t(), {}, {*real}, ElementType::float64);
        } else if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
            proto.set_type(Type::INTS);
            for (std::int64_t v : *list) proto.add_ints(v);
        } else if (const auto* words = std::get_if<std::string>(&value)) {
            proto.set_type(Type::STRING);
            proto.set_s(*words);
        } else {
            throw UserError(fmt::format("attribute {} cannot be written", name));
        }
    }

    ::onnx::GraphProto& proto_;
};

void describe(::onnx::ValueInfoProto& info, const std::string& name, const Dims& dims) {
    info.set_name(name);
    auto& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(::onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("N");
    for (std::int64_t dim : dims) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

Node ending_node(Ending ending, const std::string& input) {
    Node node;
    node.op = ending == Ending::softmax       ? "Softmax"
              : ending == Ending::log_softmax ? "LogSoftmax"
                                              : "ArgMax";
    node.attributes["axis"] = std::int64_t{1};
    node.inputs = {input};
    node.outputs = {input + ".ending"};
    return node;
}

}  // namespace

void write_graph(const Graph& graph, Ending ending, const std::filesystem::path& file) {
    ::onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("cimarron import");
    ::onnx::GraphProto& proto = *model.mutable_graph();
    proto.set_name(graph.name);
    describe(*proto.add_input(), graph.input.name, graph.input.dims);
    GraphWriter writer(proto);
    for (const auto& [name, tensor] : graph.constants) writer.constant(name, tensor);
    for (const Node& node : graph.nodes) writer.node(node);
    std::string output = graph.output;
    if (ending != Ending::none) {
        const Node last = ending_node(ending, output);
        writer.node(last);
        output = last.outputs[0];
    }
    const Dims& dims = graph.shapes.at(graph.output);
    describe(*proto.add_output(), output, Dims(dims.begin() + 1, dims.end()));
    if (graph.channels_last) {
        auto& entry = *model.add_metadata_props();
        entry.set_key(kChannelsLastKey);
        entry.set_value("1");
    }
    auto& opset = *model.add_opset_import();
    opset.set_domain("");
    opset.set_version(kOpset);
    auto& own = *model.add_opset_import();
    own.set_domain(kOwnDomain);
    own.set_version(1);
    std::string bytes;
    if (!model.SerializeToString(&bytes))
        throw UserError(fmt::format("{}: the network exceeds ONNX's 2 GiB", file.string()));
    write_atomically(file, bytes);
}

}  // namespace cimarron::foreign
