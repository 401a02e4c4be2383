// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace cimarron::test {

// Access by name to a graph that a test alters.
::onnx::NodeProto& node_named(::onnx::GraphProto& graph, const std::string& name);
::onnx::NodeProto& node_of_type(::onnx::GraphProto& graph, const std::string& op);
::onnx::TensorProto& tensor_named(::onnx::GraphProto& graph, const std::string& name);
void remove_node(::onnx::GraphProto& graph, const std::string& name);
void rename_input(::onnx::GraphProto& graph, const std::string& from, const std::string& to);
void set_floats(::onnx::TensorProto& tensor, const std::vector<float>& values);
std::vector<float> floats_of(const ::onnx::TensorProto& tensor);

// Additions to a graph.
::onnx::TensorProto& add_tensor(::onnx::GraphProto& graph, const std::string& name,
                                const std::vector<long>& dims, const std::vector<float>& values);
::onnx::TensorProto& add_integers(::onnx::GraphProto& graph, const std::string& name,
                                  const std::vector<long>& values);
::onnx::NodeProto& add_node(::onnx::GraphProto& graph, const std::string& op,
                            const std::string& name, const std::vector<std::string>& inputs,
                            const std::string& output);
void add_int(::onnx::NodeProto& node, const std::string& name, int value);
// Inserts a node that reads `tensor`, in front of all its readers.
::onnx::NodeProto& insert_after(::onnx::GraphProto& graph, const std::string& tensor,
                                const std::string& op);
void set_qonnx_domain(::onnx::NodeProto& node);
// Replaces the quantizer of `name` by one QONNX Quant: of codes, or (9..16 bits) of a stream.
void to_quant(::onnx::GraphProto& graph, const std::string& name, int bits);

}  // namespace cimarron::test
