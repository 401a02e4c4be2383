// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/network.h"

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cimarron::test {

// A file in a folder of the test's own, removed at the end.
class ScratchFile {
public:
    ScratchFile();
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

::onnx::ModelProto to_proto(const Network& network);
Network from_proto(const ::onnx::ModelProto& model);
std::string bytes_of(const Network& network);
Network from_bytes(const std::string& bytes);

// Writes the network, lets `change` alter the file's graph, and reads it back.
Network through(const Network& network,
                const std::function<void(::onnx::ModelProto& model)>& change);

// The message of the UserError that reading the altered file gives; "" when it gives none.
std::string error_after(const Network& network,
                        const std::function<void(::onnx::GraphProto& graph)>& change);

// Every field of both, or a description of the first difference.
std::string difference(const IntegerNetwork& a, const IntegerNetwork& b);

// Access by name to a graph that a test alters.
::onnx::NodeProto& node_named(::onnx::GraphProto& graph, const std::string& name);
::onnx::NodeProto& node_of_type(::onnx::GraphProto& graph, const std::string& op);
::onnx::TensorProto& tensor_named(::onnx::GraphProto& graph, const std::string& name);
void remove_node(::onnx::GraphProto& graph, const std::string& name);
void rename_input(::onnx::GraphProto& graph, const std::string& from, const std::string& to);
void set_floats(::onnx::TensorProto& tensor, const std::vector<float>& values);
std::vector<float> floats_of(const ::onnx::TensorProto& tensor);

// conv1 (8-bit weights, 4-bit codes) -> conv2 (binary, bias, batch-norm, 3-bit codes) -> max pool
// -> average pool -> fc (binary), on a 2 x 8 x 8 image.
Network sample_network();

}  // namespace cimarron::test
