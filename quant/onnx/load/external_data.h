// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <optional>
#include <string>

namespace cimarron::foreign {

// The bytes of a tensor that lies in a file of the model's folder; nothing when that file is not
// there. UserError for a path that leaves the folder, or an offset and length beyond its end.
struct ExternalData {
    std::string location;
    std::optional<std::string> bytes;
};
ExternalData read_external(const ::onnx::TensorProto& proto, const std::filesystem::path& folder);

}  // namespace cimarron::foreign
