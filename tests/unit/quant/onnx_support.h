// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/network.h"
#include "tests/unit/quant/onnx_edit.h"

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

// The network, written and changed by `change`, must still lower to the same integers.
void expect_same(const Network& network,
                 const std::function<void(::onnx::GraphProto& graph)>& change);
// The altered file must be refused, in one line that names the file and holds every one of `parts`.
void expect_error(const Network& network,
                  const std::function<void(::onnx::GraphProto& graph)>& change,
                  const std::vector<std::string>& parts);

// conv1 (8-bit weights, 4-bit codes) -> conv2 (binary, bias, batch-norm, 3-bit codes) -> max pool
// -> average pool -> fc (binary), on a 2 x 8 x 8 image.
Network sample_network();

// stem (a 12-bit stream) -> conv1.input -> conv1 + stem (an 11-bit stream) -> conv2.input -> conv2
// (stride 2, 2 groups) + strided conv1 with zero channels -> global average pool -> fc.
Network sample_graph();

}  // namespace cimarron::test
