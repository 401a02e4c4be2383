// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <vector>

namespace cimarron::test {

// Executes an ONNX graph operator by operator, as the ONNX specification words them and in double
// precision, for one image: what a stock runtime would do with our files. `image` is CHW.
std::vector<double> interpret(const ::onnx::GraphProto& graph, const std::vector<double>& image);

}  // namespace cimarron::test
