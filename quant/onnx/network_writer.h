// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph_builder.h"

#include <string>
#include <vector>

namespace cimarron {

// An activation tensor of the graph.
struct WrittenTensor {
    std::string name;
    Shape shape;
    bool flat = false;

    Dims dims() const {  // without the batch
        if (flat) return {shape.size()};
        return {shape.channels, shape.height, shape.width};
    }
};

// Writes the nodes of one network, one after the other, in the form of docs/formats.md.
class NetworkWriter {
public:
    NetworkWriter(const Network& network, ::onnx::GraphProto& graph)
        : network_(network), builder_(graph, "image") {}

    WrittenTensor write();  // returns the logits

private:
    const WrittenTensor& tensor(int node) const {
        return node < 0 ? image_ : tensors_[static_cast<std::size_t>(node)];
    }
    std::string write(const ConvNode& node, const std::string& name, WrittenTensor& out);
    std::string write(const PoolNode& node, const std::string& name, WrittenTensor& out);
    std::string write(const QuantizeNode& node, const std::string& name, WrittenTensor& out);
    std::string write(const ConcatNode& node, const std::string& name, WrittenTensor& out);

    std::string weights(const std::string& name, const BinaryWeights& w, const Dims& dims);
    std::string weights(const std::string& name, const IntegerWeights& w, const Dims& dims);
    std::string flattened(const std::string& name, const WrittenTensor& in);
    std::string normalized(const std::string& name, const std::string& value, const BatchNorm& bn);
    std::string shortcut(const std::string& name, const Shortcut& shortcut, const Shape& out);
    // The first node is called `first`, the others and the constants `name`.something.
    std::string quantized(const std::string& name, const std::string& first,
                          const std::string& value, const ActivationQuantizer& q);
    std::string stream(const std::string& name, const std::string& value,
                       const ActivationQuantizer& q);
    void window_attributes(const Window& w);

    const Network& network_;
    GraphBuilder builder_;
    WrittenTensor image_;
    std::vector<WrittenTensor> tensors_;  // of the nodes' outputs
};

}  // namespace cimarron
