// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <vector>

namespace cimarron::foreign {

// The model's nodes, calls of its own functions replaced by their bodies, however deep (to 32). The
// QONNX quantizers stay calls, whose meaning is known, even where a file brings a body. UserError
// for functions that call themselves, and for more than 20,000 nodes.
std::vector<::onnx::NodeProto> inlined_nodes(const ::onnx::ModelProto& model);

}  // namespace cimarron::foreign
