// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/tensor.h"

#include <onnx/onnx_pb.h>

#include <filesystem>

namespace cimarron::foreign {

// A TensorProto's values from raw_data, the typed fields, or a file in `folder`. A file that is not
// there, or a tensor without any data, gives a tensor without values. UserErrors name the tensor.
Tensor read_tensor(const ::onnx::TensorProto& proto, const std::filesystem::path& folder);

}  // namespace cimarron::foreign
