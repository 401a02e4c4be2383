// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace cimarron {

using Dims = std::vector<std::int64_t>;

// Appends nodes and constant tensors to an ONNX graph. Every call returns the name of the tensor it
// made, which is also the node's name; a name that is taken is a UserError.
class GraphBuilder {
public:
    GraphBuilder(::onnx::GraphProto& graph, const std::string& input)
        : graph_(graph), names_{input} {}

    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<float>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::int8_t>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::uint8_t>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::int64_t>& values);

    std::string node(const std::string& op, const std::string& name,
                     const std::vector<std::string>& inputs);

    // Attributes of the node added last.
    void attribute(const std::string& name, std::int64_t value);
    void attribute(const std::string& name, float value);
    void attribute(const std::string& name, const Dims& values);

private:
    void take(const std::string& name);
    ::onnx::TensorProto& add_constant(const std::string& name);
    ::onnx::AttributeProto& add_attribute(const std::string& name,
                                          ::onnx::AttributeProto::AttributeType type);

    ::onnx::GraphProto& graph_;
    std::set<std::string> names_;
};

}  // namespace cimarron
