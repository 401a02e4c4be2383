// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <filesystem>

namespace cimarron {

// ONNX opset 13, QCDQ form (docs/formats.md): stock runtimes execute what write_onnx writes.
// The file is written aside and renamed. Throws UserError on I/O failure.
void write_onnx(const Network& network, const std::filesystem::path& file);

// Throws UserError `file: node: what` for a truncated file, an unsupported operator or attribute,
// wrong shapes, non-finite values, weights that are neither two-level nor <= 8-bit integers.
Network read_onnx(const std::filesystem::path& file);

}  // namespace cimarron
