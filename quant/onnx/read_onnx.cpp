// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "quant/onnx/adc_metadata.h"
#include "quant/onnx/network_reader.h"
#include "quant/onnx/onnx_io.h"

#include <fmt/format.h>

#include <fstream>

namespace cimarron {

namespace {

constexpr int kOldestOpset = 11;  // Clip's bounds are inputs from here on

void check_opset(const ::onnx::ModelProto& model) {
    for (const ::onnx::OperatorSetIdProto& opset : model.opset_import()) {
        if (!opset.domain().empty() && opset.domain() != "ai.onnx") continue;
        if (opset.version() >= kOldestOpset) return;
        throw UserError(
            fmt::format("uses opset {}, {} or later is right", opset.version(), kOldestOpset));
    }
    throw UserError("names no ONNX operator set (truncated, or not an ONNX file)");
}

Network parse(std::istream& stream) {
    ::onnx::ModelProto model;
    if (!model.ParseFromIstream(&stream) || !model.has_graph())
        throw UserError("truncated, or not an ONNX file");
    check_opset(model);
    const OnnxGraph graph(model.graph());
    Network network = NetworkReader(graph).read();
    network.adc_lsb = read_adc_lsb(model);
    validate(network);
    return network;
}

}  // namespace

Network read_onnx(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file))
        throw UserError(fmt::format("{}: cannot be read", file.string()));
    try {
        return parse(stream);
    } catch (const UserError& error) {
        throw UserError(fmt::format("{}: {}", file.string(), error.what()));
    }
}

}  // namespace cimarron
