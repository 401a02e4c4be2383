// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

using Dims = std::vector<std::int64_t>;

// Appends nodes and constant tensors to an ONNX graph. Every call returns the name of the tensor it
// made, which is also the node's name.
class GraphBuilder {
public:
    explicit GraphBuilder(::onnx::GraphProto& graph) : graph_(graph) {}

    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<float>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::int8_t>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::uint8_t>& values);

    std::string node(const std::string& op, const std::string& name,
                     const std::vector<std::string>& inputs);

    // Attributes of the node added last.
    void attribute(const std::string& name, std::int64_t value);
    void attribute(const std::string& name, float value);
    void attribute(const std::string& name, const Dims& values);

private:
    ::onnx::AttributeProto& add_attribute(const std::string& name,
                                          ::onnx::AttributeProto::AttributeType type);

    ::onnx::GraphProto& graph_;
};

}  // namespace cimarron
