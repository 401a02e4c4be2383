// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <filesystem>

namespace cimarron::foreign {

// First step of an import: an ONNX file of any IR version and opset 7 or later as a graph, local
// functions inlined, weights in files beside it read. Every size is bounded; throws UserError
// (without the file's name) for truncated and damaged files, several inputs or outputs, names
// defined twice.
Graph load(const std::filesystem::path& file);

}  // namespace cimarron::foreign
