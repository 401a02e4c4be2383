// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/file.h"
#include "quant/onnx/adc_metadata.h"
#include "quant/onnx/network_writer.h"
#include "quant/onnx/onnx_io.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

constexpr int kIrVersion = 7;  // the first that goes with opset 13
constexpr int kOpset = 13;

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
    const WrittenTensor logits = writer.write();
    describe(*graph.add_output(), logits.name, logits.dims());
    write_adc_lsb(network.adc_lsb, model);
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
