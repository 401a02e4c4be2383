// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <initializer_list>
#include <string>
#include <unordered_map>
#include <vector>

namespace cimarron {

// Read access to an ONNX graph by tensor name: who makes a tensor, who reads it, which are
// constant. Errors are UserErrors `node: what`; the caller adds the file.
class OnnxGraph {
public:
    using NodeProto = ::onnx::NodeProto;
    using TensorProto = ::onnx::TensorProto;

    explicit OnnxGraph(const ::onnx::GraphProto& graph);

    const ::onnx::GraphProto& proto() const { return graph_; }
    // Initializer or Constant node of that name; nullptr when the tensor is computed.
    const TensorProto* constant(const std::string& tensor) const;
    const NodeProto* producer(const std::string& tensor) const;
    const std::vector<const NodeProto*>& consumers(const std::string& tensor) const;
    // The network's input: the only graph input that is not an initializer.
    const ::onnx::ValueInfoProto& input() const;
    const std::string& output() const;

private:
    const ::onnx::GraphProto& graph_;
    std::unordered_map<std::string, const TensorProto*> constants_;
    std::unordered_map<std::string, const NodeProto*> producers_;
    std::unordered_map<std::string, std::vector<const NodeProto*>> consumers_;
};

// The node's name, or its first output's when it has none.
std::string label(const ::onnx::NodeProto& node);
[[noreturn]] void fail(const ::onnx::NodeProto& node, const std::string& what);
inline void require(bool holds, const ::onnx::NodeProto& node, const std::string& what) {
    if (!holds) fail(node, what);
}

// Input i, or "" when it is left out.
const std::string& input_name(const ::onnx::NodeProto& node, int i);
// Fails unless the node has between least and most inputs, and one output.
void require_inputs(const ::onnx::NodeProto& node, int least, int most);

// Fails on any attribute not listed: what is not understood must not be ignored.
void require_attributes(const ::onnx::NodeProto& node, std::initializer_list<const char*> known);
std::int64_t int_attribute(const ::onnx::NodeProto& node, const char* name, std::int64_t missing);
float float_attribute(const ::onnx::NodeProto& node, const char* name, float missing);
std::string text_attribute(const ::onnx::NodeProto& node, const char* name,
                           const std::string& missing);
// `count` integers, each 0..16384; all `missing` when absent.
std::vector<int> ints_attribute(const ::onnx::NodeProto& node, const char* name, int count,
                                int missing);

}  // namespace cimarron
