// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/simplify/simplify.h"

#include <filesystem>

namespace cimarron::foreign {

// Cimarron's own form of a foreign network: the graph as the steps of an import leave it, an ONNX
// file whose quantizers and factors are operators of the domain "cimarron" with constants in double
// precision. import_network reads it to the same network, bit for bit. The file is written aside
// and renamed.
void write_graph(const Graph& graph, Ending ending, const std::filesystem::path& file);

}  // namespace cimarron::foreign
